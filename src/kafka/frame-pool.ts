const SIZE_MIN = 64 * 1024;
/** Frames above this come too seldom to keep memory for them. */
const SIZE_MAX = 2 * 1024 * 1024;

/**
 * Memory for requests that span several chunks, shared by all connections of a broker and used again and
 * again. Fresh memory at the rate of a busy producer would make the garbage collector run many times a second.
 */
export class FramePool {
  private readonly bytesMax: number;
  private readonly free = new Map<number, ArrayBuffer[]>();
  private readonly lent = new WeakSet<ArrayBufferLike>();
  private freeBytes = 0;

  /** @param bytesMax What may lie unused. */
  constructor(bytesMax: number) {
    this.bytesMax = bytesMax;
  }

  /** `length` bytes with whatever was in them before. */
  take(length: number): Buffer {
    if (length > SIZE_MAX) return Buffer.allocUnsafeSlow(length);
    const size = sizeFor(length);
    const known = this.free.get(size)?.pop();
    if (known !== undefined) this.freeBytes -= size;
    const memory = known ?? Buffer.allocUnsafeSlow(size).buffer;
    this.lent.add(memory);
    return Buffer.from(memory, 0, length);
  }

  /** Nobody refers to the frame any more. One that did not come from here is left alone. */
  give(frame: Buffer): void {
    const memory = frame.buffer as ArrayBuffer;
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
