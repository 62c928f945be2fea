/** Less than this comes from Node's own slab and is not kept. */
const POOLED_BYTES_MIN = 8 * 1024;
const SIZE_BYTES_MIN = 512;

/**
 * The memory that a producer's batches live in: never more than `limitBytes` of it is out. What comes back is kept
 * for the next batch, because fresh memory at the rate of a network keeps the garbage collector busy; what is out and
 * what is kept stay within the limit together.
 */
export class BatchMemory {
  readonly limitBytes: number;
  private readonly wholeBytes: number;
  private readonly kept = new Map<number, Buffer[]>(); // By length.
  private keptBytes = 0;
  private outBytes = 0;

  /** @param wholeBytes The size of a full batch; smaller ones get a power of two. */
  constructor(limitBytes: number, wholeBytes: number) {
    this.limitBytes = limitBytes;
    this.wholeBytes = wholeBytes;
  }

  /** Bytes that batches hold now. */
  get usedBytes(): number {
    return this.outBytes;
  }

  /** Whether `take` would give so much. */
  hasRoom(sizeBytes: number): boolean {
    return this.outBytes + this.roundUp(sizeBytes) <= this.limitBytes;
  }

  /** At least so many bytes, with whatever was in them before; null when that is above the limit. */
  take(sizeBytes: number): Buffer | null {
    return this.hasRoom(sizeBytes) ? this.takeAnyway(sizeBytes) : null;
  }

  /** As `take`, above the limit if it must be: for the pieces of a batch that was there already. */
  takeAnyway(sizeBytes: number): Buffer {
    const length = this.roundUp(sizeBytes);
    this.outBytes += length;
    if (length < POOLED_BYTES_MIN) return Buffer.allocUnsafe(length);
    const known = this.kept.get(length)?.pop();
    if (known !== undefined) {
      this.keptBytes -= length;
      return known;
    }
    this.dropKept();
    return Buffer.allocUnsafeSlow(length);
  }

  /** Nobody reads or writes the buffer any more. It must be one that came from here, whole. */
  give(buffer: Buffer): void {
    const { length } = buffer;
    this.outBytes -= length;
    if (length < POOLED_BYTES_MIN || this.outBytes + this.keptBytes + length > this.limitBytes) return;
    const sameSize = this.kept.get(length);
    if (sameSize === undefined) this.kept.set(length, [buffer]);
    else sameSize.push(buffer);
    this.keptBytes += length;
  }

  /** Counts memory that was made elsewhere, by a compressor for instance; `uncount` ends it. */
  count(sizeBytes: number): void {
    this.outBytes += sizeBytes;
  }

  uncount(sizeBytes: number): void {
    this.outBytes -= sizeBytes;
  }

  /** Buffers of sizes that are no longer asked for must not keep out those that are. */
  private dropKept(): void {
    if (this.outBytes + this.keptBytes <= this.limitBytes) return;
    this.kept.clear();
    this.keptBytes = 0;
  }

  private roundUp(sizeBytes: number): number {
    if (sizeBytes > this.wholeBytes) return sizeBytes;
    let size = SIZE_BYTES_MIN;
    while (size < sizeBytes) size *= 2;
    const whole = Math.min(size, this.wholeBytes);
    return whole > this.limitBytes ? sizeBytes : whole;
  }
}
