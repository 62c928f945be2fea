import { OffsetIndex } from "./offset-index.ts";
import { TimeIndex } from "./time-index.ts";

/** What the indexes take in of an appended batch. */
export interface IndexedBatch {
  /** Where the batch begins in the segment. */
  readonly position: number;
  readonly sizeBytes: number;
  /** Inclusive. */
  readonly lastOffset: number;
  readonly maxTimestamp: number;
}

/**
 * The two sparse indexes of a segment and what is needed to carry them on. Appending and rebuilding go through
 * the same `observe`, so a rebuilt index is the one that was lost.
 */
export class SegmentIndexes {
  readonly offsets: OffsetIndex;
  readonly times: TimeIndex;
  /** -1 when no record has a timestamp. */
  maxTimestamp: number;
  /** Last offset of the batch with `maxTimestamp`. */
  maxTimestampOffset: number;
  private bytesSinceEntry = 0;

  constructor(baseOffset: number, files?: { readonly offsets: Buffer; readonly times: Buffer }) {
    this.offsets = new OffsetIndex(baseOffset, files?.offsets);
    this.times = new TimeIndex(baseOffset, files?.times);
    this.maxTimestamp = this.times.lastTimestamp;
    this.maxTimestampOffset = this.times.lastOffset;
  }

  get sizeBytes(): number {
    return this.offsets.sizeBytes + this.times.sizeBytes;
  }

  observe(batch: IndexedBatch, intervalBytes: number): void {
    if (batch.maxTimestamp > this.maxTimestamp) {
      this.maxTimestamp = batch.maxTimestamp;
      this.maxTimestampOffset = batch.lastOffset;
    }
    if (this.bytesSinceEntry > intervalBytes) {
      this.offsets.append(batch.lastOffset, batch.position);
      this.times.append(this.maxTimestamp, this.maxTimestampOffset);
      this.bytesSinceEntry = 0;
    }
    this.bytesSinceEntry += batch.sizeBytes;
  }

  /** Adds the final time entry: the segment closes, or its indexes go to disk. */
  seal(): void {
    if (this.maxTimestamp >= 0) this.times.append(this.maxTimestamp, this.maxTimestampOffset);
  }

  /** Drops what lies at `offset` or behind. `maxTimestamp` falls back to what the time index still tells. */
  truncateTo(offset: number): void {
    this.offsets.truncateTo(offset);
    this.times.truncateTo(offset);
    this.maxTimestamp = this.times.lastTimestamp;
    this.maxTimestampOffset = this.times.lastOffset;
    this.bytesSinceEntry = 0;
  }
}
