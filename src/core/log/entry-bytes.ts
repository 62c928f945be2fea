/** Stands for the bytes of every index without entries: most of ten thousand logs have such. It is never written. */
export const NO_ENTRIES: Buffer = Buffer.alloc(0);

/** Bytes of fixed-size entries that grow at the end: the shape of every index file. */
export class EntryBytes {
  readonly entryBytes: number;
  private bytes: Buffer;
  private used: number;

  /** `bytes` is taken over; a partial entry at its end is ignored. */
  constructor(entryBytes: number, bytes: Buffer) {
    this.entryBytes = entryBytes;
    this.bytes = bytes;
    this.used = bytes.length - (bytes.length % entryBytes);
  }

  get count(): number {
    return this.used / this.entryBytes;
  }

  get sizeBytes(): number {
    return this.used;
  }

  /** Where entry `index` begins in `buffer`. */
  at(index: number): number {
    return index * this.entryBytes;
  }

  get buffer(): Buffer {
    return this.bytes;
  }

  /** Makes room for one more entry and returns where it goes. */
  grow(): number {
    const at = this.used;
    if (at + this.entryBytes > this.bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(16 * this.entryBytes, this.bytes.length * 2));
      this.bytes.copy(larger, 0, 0, at);
      this.bytes = larger;
    }
    this.used += this.entryBytes;
    return at;
  }

  truncate(count: number): void {
    this.used = Math.min(this.used, count * this.entryBytes);
  }

  /** The entries as they stand in the file; shares memory. */
  view(): Buffer {
    return this.bytes.subarray(0, this.used);
  }
}

/** The largest index in [0, count) for which `isAtMost` holds, which must hold for a prefix; -1 when for none. */
export function lastWhere(count: number, isAtMost: (index: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isAtMost(middle)) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
