/**
 * What one topic's logs obey, resolved from topic, broker and default values. Field names are Kafka's topic
 * keys in camelCase; sizes in bytes, times in ms, -1 means unlimited where Kafka says so.
 */
export interface LogConfig {
  readonly cleanupPolicyDelete: boolean;
  readonly cleanupPolicyCompact: boolean;
  readonly compressionType: "producer" | "uncompressed" | "gzip" | "snappy" | "lz4" | "zstd";
  readonly deleteRetentionMs: number;
  readonly fileDeleteDelayMs: number;
  readonly flushMessages: number;
  readonly flushMs: number;
  /** `millrace.fsync.before.ack`: acknowledge acks=all, and show to consumers, only what is synced. */
  readonly fsyncBeforeAck: boolean;
  readonly indexIntervalBytes: number;
  readonly maxCompactionLagMs: number;
  readonly maxMessageBytes: number;
  readonly messageTimestampAfterMaxMs: number;
  readonly messageTimestampBeforeMaxMs: number;
  readonly messageTimestampType: "CreateTime" | "LogAppendTime";
  readonly minCleanableDirtyRatio: number;
  readonly minCompactionLagMs: number;
  readonly minInsyncReplicas: number;
  readonly retentionBytes: number;
  readonly retentionMs: number;
  readonly segmentBytes: number;
  readonly segmentIndexBytes: number;
  readonly segmentJitterMs: number;
  readonly segmentMs: number;
}
