import type { MetricTable } from "./metric.ts";

/** What lies on the disk, and what is done to keep it there. */
export const logMetrics = {
  millrace_topic_partitions: {
    kind: "gauge",
    labels: ["topic"],
    help: "Partitions that this broker hosts.",
  },
  millrace_topic_segments: {
    kind: "gauge",
    labels: ["topic"],
    help: "Segment files.",
    kafka: "kafka.log:type=Log,name=NumLogSegments",
  },
  millrace_topic_log_bytes: {
    kind: "gauge",
    labels: ["topic"],
    help: "Size of the segment files, without their indexes.",
    kafka: "kafka.log:type=Log,name=Size",
  },
  millrace_partition_log_start_offset: {
    kind: "gauge",
    labels: ["topic", "partition"],
    help: "The first offset that can be read.",
    kafka: "kafka.log:type=Log,name=LogStartOffset",
  },
  millrace_partition_log_end_offset: {
    kind: "gauge",
    labels: ["topic", "partition"],
    help: "The offset of the next record.",
    kafka: "kafka.log:type=Log,name=LogEndOffset",
  },
  millrace_partition_high_watermark: {
    kind: "gauge",
    labels: ["topic", "partition"],
    help: "Records below this offset are committed, and consumers see them.",
  },
  millrace_partitions_not_shown: {
    kind: "gauge",
    labels: [],
    help: "Partitions that have no series of their own here (millrace.metrics.partitions.max).",
  },
  millrace_log_directory_online: {
    kind: "gauge",
    labels: ["directory"],
    help: "1, or 0 once a write or a sync has failed: then nothing is written there until a restart.",
    kafka: "kafka.log:type=LogManager,name=LogDirectoryOffline",
  },
  millrace_log_directory_full: {
    kind: "gauge",
    labels: ["directory"],
    help: "1 while appends are refused because the disk has no room.",
  },
  millrace_log_directory_free_bytes: {
    kind: "gauge",
    labels: ["directory"],
    help: "What can still be written on the device.",
  },
  millrace_log_directory_size_bytes: {
    kind: "gauge",
    labels: ["directory"],
    help: "What the device holds in all.",
  },
  millrace_log_directory_load_seconds: {
    kind: "gauge",
    labels: ["directory"],
    help: "How long the start took to read the logs, and after a crash to recover them.",
  },
  millrace_log_written_bytes_total: {
    kind: "counter",
    labels: ["directory"],
    help: "Bytes appended to logs, also by the broker itself.",
  },
  millrace_log_synced_bytes_total: {
    kind: "counter",
    labels: ["directory"],
    help: "Bytes of appends that a sync has made durable.",
  },
  millrace_log_sync_duration_seconds: {
    kind: "histogram",
    labels: ["directory"],
    help: "How long the device took to sync one segment file.",
    kafka: "kafka.log:type=LogFlushStats,name=LogFlushRateAndTimeMs",
  },
  millrace_log_deleted_segments_total: {
    kind: "counter",
    labels: ["directory"],
    help: "Segments that retention, or DeleteRecords, has deleted.",
  },
  millrace_log_deleted_bytes_total: {
    kind: "counter",
    labels: ["directory"],
    help: "Size of the segments that retention, or DeleteRecords, has deleted.",
  },
  millrace_log_compactions_total: {
    kind: "counter",
    labels: ["directory"],
    help: "Passes of the cleaner over one log.",
  },
  millrace_log_compaction_seconds_total: {
    kind: "counter",
    labels: ["directory"],
    help: "Time that the passes of the cleaner took.",
  },
  millrace_log_compaction_read_bytes_total: {
    kind: "counter",
    labels: ["directory"],
    help: "Size of the segments that compaction has replaced.",
  },
  millrace_log_compaction_written_bytes_total: {
    kind: "counter",
    labels: ["directory"],
    help: "Size of the segments that compaction has written in their place.",
  },
  millrace_log_open_files: {
    kind: "gauge",
    labels: [],
    help: "Segment files that are open (millrace.log.open.files.max).",
  },
  millrace_log_tail_bytes: {
    kind: "gauge",
    labels: [],
    help: "Memory that holds the newest batches (millrace.log.tail.bytes.total).",
  },
  millrace_log_index_cache_bytes: {
    kind: "gauge",
    labels: [],
    help: "Memory that holds indexes of closed segments (millrace.log.index.cache.bytes).",
  },
} as const satisfies MetricTable;
