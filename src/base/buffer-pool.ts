/** What is smaller is cheap without a pool. */
const SMALL_BYTES = 64 * 1024;
const SIZE_MIN = 2 * SMALL_BYTES;
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
  private readonly kept = new WeakSet<ArrayBufferLike>();
  private freeBytes = 0;

  /** Whether the memory behind the buffer can be a pool's at all: that of small buffers, by far the most, can not. */
  static mayOwn(buffer: Buffer): boolean {
    return buffer.buffer.byteLength >= SIZE_MIN;
  }

  /** @param bytesMax What may lie unused. */
  constructor(bytesMax: number) {
    this.bytesMax = bytesMax;
  }

  /** `length` bytes with whatever was in them before. */
  take(length: number): Buffer {
    if (length <= SMALL_BYTES || length > SIZE_MAX) return Buffer.allocUnsafeSlow(length);
    const size = sizeFor(length);
    const ofSize = this.free.get(size) ?? [];
    // Sizes stand in the order in which they were last asked for.
    this.free.delete(size);
    this.free.set(size, ofSize);
    const known = ofSize.pop();
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
    if (this.lent.delete(buffer.buffer)) this.putBack(buffer.buffer);
  }

  /**
   * Takes over lent memory from whoever has it now: giving it back has no effect any more, only `release` has. False
   * when the memory is not lent by this pool.
   */
  keep(buffer: Buffer): boolean {
    if (!this.lent.delete(buffer.buffer)) return false;
    this.kept.add(buffer.buffer);
    return true;
  }

  /** Gives back memory that was kept. */
  release(memory: ArrayBufferLike): void {
    if (this.kept.delete(memory)) this.putBack(memory);
  }

  private putBack(memory: ArrayBufferLike): void {
    if (!this.makeRoomFor(memory.byteLength)) return;
    this.free.get(memory.byteLength)!.push(memory);
    this.freeBytes += memory.byteLength;
  }

  /** Sizes that nobody asks for any more must not fill the pool: they go first. */
  private makeRoomFor(size: number): boolean {
    for (const [otherSize, unused] of this.free) {
      if (otherSize === size) break; // What follows was asked for later.
      while (this.freeBytes + size > this.bytesMax && unused.pop() !== undefined) this.freeBytes -= otherSize;
    }
    return this.freeBytes + size <= this.bytesMax;
  }
}

function sizeFor(length: number): number {
  let size = SIZE_MIN;
  while (size < length) size *= 2;
  return size;
}
