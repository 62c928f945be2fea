const PAGE_BYTES = 16_384;

/**
 * The contents of a file in memory: pages that exist only where something was written; the rest reads as zeros.
 * A clone shares its pages with the original until one of the two writes to them.
 */
export class SparseBytes {
  readonly #pages = new Map<number, Buffer>();
  /** Pages that a clone may see too, by number. */
  #shared: Set<number> | null = null;
  sizeBytes = 0;

  write(bytes: Buffer, position: number): void {
    let done = 0;
    while (done < bytes.length) {
      const at = position + done;
      const within = at % PAGE_BYTES;
      const count = Math.min(PAGE_BYTES - within, bytes.length - done);
      bytes.copy(this.#page(Math.floor(at / PAGE_BYTES)), within, done, done + count);
      done += count;
    }
    this.sizeBytes = Math.max(this.sizeBytes, position + bytes.length);
  }

  /** Returns the bytes read, fewer than asked only at the end. */
  read(target: Buffer, position: number): number {
    const wanted = Math.max(0, Math.min(target.length, this.sizeBytes - position));
    let done = 0;
    while (done < wanted) {
      const at = position + done;
      const within = at % PAGE_BYTES;
      const count = Math.min(PAGE_BYTES - within, wanted - done);
      const page = this.#pages.get(Math.floor(at / PAGE_BYTES));
      if (page === undefined) target.fill(0, done, done + count);
      else page.copy(target, done, within, within + count);
      done += count;
    }
    return wanted;
  }

  truncate(sizeBytes: number): void {
    if (sizeBytes < this.sizeBytes) {
      const lastPage = Math.floor(sizeBytes / PAGE_BYTES);
      for (const number of this.#pages.keys()) if (number > lastPage) this.#pages.delete(number);
      if (this.#pages.has(lastPage)) this.#page(lastPage).fill(0, sizeBytes % PAGE_BYTES);
    }
    this.sizeBytes = sizeBytes;
  }

  clone(): SparseBytes {
    const copy = new SparseBytes();
    for (const [number, page] of this.#pages) copy.#pages.set(number, page);
    this.#shared = new Set(this.#pages.keys());
    copy.#shared = new Set(this.#shared);
    copy.sizeBytes = this.sizeBytes;
    return copy;
  }

  #page(number: number): Buffer {
    let page = this.#pages.get(number);
    if (page === undefined) this.#pages.set(number, (page = Buffer.alloc(PAGE_BYTES)));
    else if (this.#shared?.delete(number) === true) this.#pages.set(number, (page = Buffer.from(page)));
    return page;
  }
}
