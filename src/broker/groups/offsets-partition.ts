/** One partition of `__consumer_offsets` that this broker leads, as the coordinator needs it. */
export interface OffsetsPartition {
  /**
   * Writes one batch, whose offsets and leader epoch are the log's to set. Resolves once the batch is committed (the
   * high watermark has passed it); batches are committed in the order in which they were given.
   *
   * @throws or rejects when the batch cannot be written or is not known to be committed. What is in the log then is
   * open, so the coordinator reads it again.
   */
  append(batch: Buffer): Promise<void>;
  /**
   * Every whole batch from the log's start to its end as of now, in order, once all of them are committed; a chunk may
   * hold several.
   *
   * @throws when they are not known to be committed, or cannot be read.
   */
  read(): AsyncIterable<Buffer>;
}

/** The topic `__consumer_offsets` as a whole. */
export interface OffsetsTopic {
  /** Null while the topic does not exist. */
  partitionCount(): number | null;
  /** The node that leads the partition; null when none does. */
  leaderOf(partition: number): number | null;
  /** Creates the topic when it is missing. Resolves to whether it is there. */
  create(): Promise<boolean>;
}
