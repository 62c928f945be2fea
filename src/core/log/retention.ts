/** How long and how much a topic keeps. -1 is unlimited. */
export interface RetentionLimits {
  readonly retentionMs: number;
  readonly retentionBytes: number;
}

/** A segment as retention sees it, the oldest first. Sizes and ages are asked for only when they decide. */
export interface AgingSegment {
  /** Exclusive: the next segment's base, or the log's end. */
  readonly endOffset: number;
  readonly sizeBytes: () => number;
  /** The youngest record's timestamp, or where no record has one the file's own age; in ms since 1970. */
  readonly youngestMs: () => Promise<number>;
}

export interface RetentionBounds {
  /** Exclusive: nothing at or behind it may go. */
  readonly highWatermark: number;
  /** Inclusive: what lies below was deleted by request. */
  readonly logStartOffset: number;
  readonly nowMs: number;
}

/** How many segments, from the oldest on, lie wholly below the log's start. */
export function countBelowStart(segments: readonly AgingSegment[], logStartOffset: number): number {
  const kept = segments.findIndex((segment) => segment.endOffset > logStartOffset);
  return kept < 0 ? segments.length : kept;
}

/** How many segments, from the oldest on, must go so that what is left is within `retentionBytes`. */
export function countBeyondSize(
  segments: readonly AgingSegment[],
  limits: RetentionLimits,
  { highWatermark }: RetentionBounds,
): number {
  if (limits.retentionBytes < 0) return 0;
  let excess = segments.reduce((sum, segment) => sum + segment.sizeBytes(), 0) - limits.retentionBytes;
  let count = 0;
  for (const segment of segments) {
    excess -= segment.sizeBytes();
    if (excess < 0 || segment.endOffset > highWatermark) break;
    count += 1;
  }
  return count;
}

/**
 * Whether a segment has outlived `retentionMs`. A record from the future keeps its segment, and those behind it,
 * until its time has come, as in Kafka.
 */
export function isBeyondAge(youngestMs: number, limits: RetentionLimits, nowMs: number): boolean {
  return limits.retentionMs >= 0 && nowMs - youngestMs > limits.retentionMs;
}
