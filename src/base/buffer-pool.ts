const SIZE_MIN = 64 * 1024;
const SIZE_MAX = 4 * 1024 * 1024;

/**
 * Memory that is used again and again, for bytes that pass through at the rate of a disk or a network. Fresh
 * memory at that rate makes the garbage collector run many times a second, and each run delays answers.
 *
 * Only what is between 64 KiB and 4 MiB is kept: less is cheap, more comes seldom.
 */
export class BufferPool {
  private readonly bytesMax: number;
  private readonly free = new Map<number, ArrayBufferLike[]>();
  private readonly lent = new WeakSet<ArrayBufferLike>();
  private freeBytes = 0;

  /** @param bytesMax What may lie unused. */
  constructor(bytesMax: number) {
    this.bytesMax = bytesMax;
  }

  /** `length` bytes with whatever was in them before. */
  take(length: number): Buffer {
    if (length < SIZE_MIN || length > SIZE_MAX) return Buffer.allocUnsafeSlow(length);
    const size = sizeFor(length);
    const known = this.free.get(size)?.pop();
    if (known !== undefined) this.freeBytes -= size;
    const memory = known ?? Buffer.allocUnsafeSlow(size).buffer;
    this.lent.add(memory);
    return Buffer.from(memory, 0, length);
  }

  /**
   * Nobody refers to the memory behind the buffer any more. A slice stands for the whole; memory that did not
   * come from here, or was given back already, is left alone.
   */
  give(buffer: Buffer): void {
    const memory = buffer.buffer;
    if (!this.lent.delete(memory) || this.freeBytes + memory.byteLength > this.bytesMax) return;
    const ofSize = this.free.get(memory.byteLength) ?? [];
    ofSize.push(memory);
    this.free.set(memory.byteLength, ofSize);
    this.freeBytes += memory.byteLength;
  }
}

function sizeFor(length: number): number {
  let size = SIZE_MIN;
  while (size < length) size *= 2;
  return size;
}
