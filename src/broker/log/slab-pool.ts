/** Slabs below this are left to the garbage collector: they belong to quiet logs and are few. */
const POOLED_BYTES_MIN = 64 * 1024;

/**
 * Memory for the tails of logs, used again and again. Fresh memory at the rate of a busy log would make the
 * garbage collector run many times a second, and each run delays answers.
 */
export class SlabPool {
  private readonly bytesMax: number;
  private readonly free = new Map<number, Buffer[]>();
  private freeBytes = 0;

  constructor(bytesMax: number) {
    this.bytesMax = bytesMax;
  }

  /** `sizeBytes` of memory with whatever was in it before. */
  take(sizeBytes: number): Buffer {
    const slab = this.free.get(sizeBytes)?.pop();
    if (slab === undefined) return Buffer.allocUnsafeSlow(sizeBytes);
    this.freeBytes -= sizeBytes;
    return slab;
  }

  /** Nobody refers to the slab any more. */
  give(slab: Buffer): void {
    if (slab.length < POOLED_BYTES_MIN || this.freeBytes + slab.length > this.bytesMax) return;
    const ofSize = this.free.get(slab.length) ?? [];
    ofSize.push(slab);
    this.free.set(slab.length, ofSize);
    this.freeBytes += slab.length;
  }
}
