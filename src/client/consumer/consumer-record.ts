import type { DecodedHeader } from "../../wire/kafka/decode-records.ts";
import type { TopicPartition } from "../topic-partition.ts";

/**
 * A record as it was read. Bytes (key, value, header values without a deserializer) are slices of the fetched response
 * and keep all of it in memory: copy what is kept for long.
 */
export interface ConsumerRecord<K = Buffer, V = Buffer> extends TopicPartition {
  readonly offset: number;
  /** Milliseconds since the epoch: the producer's clock, or the broker's where the topic says LogAppendTime. */
  readonly timestamp: number;
  readonly key: K | null;
  /** Null is a tombstone: a compacted topic forgets the key. */
  readonly value: V | null;
  readonly headers: readonly DecodedHeader[];
  /** The epoch of the leader that appended the record (KIP-320); -1 when the broker did not say. */
  readonly leaderEpoch: number;
}

/** A place in a partition to commit: the next offset to read. */
export interface OffsetToCommit extends TopicPartition {
  readonly offset: number;
  /** Epoch of the last record before it; -1 when it is not known. */
  readonly leaderEpoch?: number;
  /** Kept by the broker beside the offset, at most 4096 bytes of UTF-8. */
  readonly metadata?: string;
}
