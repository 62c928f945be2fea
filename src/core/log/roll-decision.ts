/** What decides whether the active segment must close before a batch. */
export interface RollInput {
  readonly baseOffset: number;
  readonly sizeBytes: number;
  readonly indexBytes: number;
  readonly timeIndexBytes: number;
  /** Age of the segment in ms as its records' timestamps or, without any, the clock say; 0 while it is empty. */
  readonly ageMs: number;
  readonly batchSizeBytes: number;
  /** Inclusive. */
  readonly batchLastOffset: number;
}

export interface RollLimits {
  readonly segmentBytes: number;
  readonly segmentMs: number;
  readonly segmentIndexBytes: number;
  /** Taken off `segmentMs`, so that segments of many partitions do not roll together. */
  readonly jitterMs: number;
}

export type RollReason = "size" | "time" | "index-full" | "offset-range";

/** Index entries store offsets relative to the segment's base, in 31 bits. */
const RELATIVE_OFFSET_MAX = 2 ** 31 - 1;
const OFFSET_ENTRY_BYTES = 8;
const TIME_ENTRY_BYTES = 12;

/**
 * Why the active segment must close before the batch is written; null when it stays.
 *
 * Size is the usual reason. The offset span is the surprising one: after compaction a small segment can cover
 * a range that its index can no longer address.
 */
export function rollReason(segment: RollInput, limits: RollLimits): RollReason | null {
  if (segment.batchLastOffset - segment.baseOffset > RELATIVE_OFFSET_MAX) return "offset-range";
  if (segment.sizeBytes === 0) return null; // A batch above the limit still needs a home.
  if (segment.sizeBytes + segment.batchSizeBytes > limits.segmentBytes) return "size";
  if (segment.ageMs > limits.segmentMs - limits.jitterMs) return "time";
  if (segment.indexBytes + OFFSET_ENTRY_BYTES > limits.segmentIndexBytes) return "index-full";
  // One entry is kept free for the final one.
  if (segment.timeIndexBytes + 2 * TIME_ENTRY_BYTES > limits.segmentIndexBytes) return "index-full";
  return null;
}
