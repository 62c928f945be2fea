export interface CommitInput {
  /** Durable log end (exclusive) of each ISR member, the leader included. */
  readonly durableEnds: readonly number[];
  /** `min.insync.replicas`, already lowered to the number of replicas. */
  readonly isrSizeMin: number;
  /** The high watermark so far (exclusive). */
  readonly highWatermark: number;
}

/**
 * The offset (exclusive) below which records are committed: every in-sync replica has them on disk.
 *
 * It never moves back on a leader, and it does not move at all while the ISR is below its minimum (KIP-966):
 * otherwise a record could count as committed on too few disks.
 */
export function nextHighWatermark({ durableEnds, isrSizeMin, highWatermark }: CommitInput): number {
  if (durableEnds.length < isrSizeMin) return highWatermark;
  let committed = Infinity;
  for (const end of durableEnds) committed = Math.min(committed, end);
  return committed === Infinity ? highWatermark : Math.max(highWatermark, committed);
}
