/** The log that a quorum writes: what `PartitionLog` offers, and no more than is needed here. */
export interface QuorumLog {
  /** The log's own directory, in which the quorum keeps its snapshots and `quorum-state`. */
  readonly path: string;
  readonly logStartOffset: number; // Inclusive.
  readonly logEndOffset: number; // Exclusive.
  readonly durableEndOffset: number; // Exclusive: synced.
  /** The epoch of the last batch; -1 when there is none. */
  readonly latestEpoch: number;
  append(batch: Buffer, options: { readonly leaderEpoch: number; readonly origin: "raft" }): unknown;
  /** Whole batches from `offset` on, below `upperOffset` (exclusive). */
  read(range: QuorumLogRange): readonly Buffer[] | Promise<readonly Buffer[]>;
  /** Resolves when all that was appended is synced; rejects when that can't be. */
  flush(): Promise<void>;
  advanceHighWatermark(offset: number): void;
}

export interface QuorumLogRange {
  readonly offset: number;
  readonly maxBytes: number;
  readonly minOneBatch: boolean;
  readonly upperOffset: number;
}
