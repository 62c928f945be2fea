import type { LogContext } from "../broker/log/log-context.ts";
import type { LogDirectory } from "../broker/log/log-directory.ts";
import type { Partition } from "../broker/partition.ts";
import type { logMetrics } from "../tables/metrics.ts";
import type { TopicSurvey } from "./partition-survey.ts";
import type { Readers, Source } from "./reader.ts";

type TopicLabels = { readonly topic: string };
type PartitionLabels = { readonly topic: string; readonly partition: string };
type DirectoryLabels = { readonly directory: string };

/** What lies on the disk, and what is done to keep it there. */
export const logReaders: Pick<Readers, keyof typeof logMetrics> = {
  millrace_topic_partitions: byTopic(({ partitions }) => partitions),
  millrace_topic_segments: byTopic(({ segments }) => segments),
  millrace_topic_log_bytes: byTopic(({ logBytes }) => logBytes),
  millrace_partition_log_start_offset: byPartition(({ log }) => log.logStartOffset),
  millrace_partition_log_end_offset: byPartition(({ log }) => log.logEndOffset),
  millrace_partition_high_watermark: byPartition(({ log }) => log.highWatermark),
  millrace_partitions_not_shown: ({ broker, survey }, put) =>
    put(Math.max(0, survey.hosted - broker.config.number("millrace.metrics.partitions.max"))),
  millrace_log_directory_online: byDirectory(({ status }) => Number(!status.isOffline)),
  millrace_log_directory_full: byDirectory(({ status }) => Number(status.isFull)),
  millrace_log_directory_free_bytes: byDirectory(({ context, path }) => context.env.disk.freeBytes(path)),
  millrace_log_directory_size_bytes: byDirectory(({ context, path }) => context.env.disk.totalBytes(path)),
  millrace_log_directory_load_seconds: byDirectory(({ context }) => context.counters.loadSeconds),
  millrace_log_written_bytes_total: byDirectory(({ context }) => context.counters.writtenBytes),
  millrace_log_synced_bytes_total: byDirectory(({ context }) => context.counters.syncedBytes),
  millrace_log_sync_duration_seconds: byDirectory(({ context }) => context.counters.syncSeconds),
  millrace_log_deleted_segments_total: byDirectory(({ context }) => context.counters.deletedSegments),
  millrace_log_deleted_bytes_total: byDirectory(({ context }) => context.counters.deletedBytes),
  millrace_log_compactions_total: byDirectory(({ context }) => context.counters.compactions),
  millrace_log_compaction_seconds_total: byDirectory(({ context }) => context.counters.compactionSeconds),
  millrace_log_compaction_read_bytes_total: byDirectory(
    ({ context }) => context.counters.compactionReadBytes,
  ),
  millrace_log_compaction_written_bytes_total: byDirectory(
    ({ context }) => context.counters.compactionWrittenBytes,
  ),
  millrace_log_open_files: (source, put) => put(shared(source).files.openCount),
  millrace_log_tail_bytes: (source, put) => put(shared(source).tailBudget.totalBytes),
  millrace_log_index_cache_bytes: (source, put) => put(shared(source).indexCache.sizeBytes),
};

/** Summed up over the partitions of each topic; topics without a series of their own have one together. */
function byTopic(of: (topic: TopicSurvey) => number) {
  return ({ survey }: Source, put: (value: number, labels: TopicLabels) => void): void => {
    for (const [topic, facts] of survey.topics) put(of(facts), { topic });
  };
}

function byPartition(of: (partition: Partition) => number) {
  return ({ broker }: Source, put: (value: number, labels: PartitionLabels) => void): void => {
    let left = broker.config.number("millrace.metrics.partitions.max");
    for (const partition of broker.partitions.all()) {
      if (left === 0) return;
      left -= 1;
      put(of(partition), { topic: partition.topic, partition: String(partition.index) });
    }
  };
}

function byDirectory<Value>(of: (directory: LogDirectory) => Value) {
  return ({ broker }: Source, put: (value: Value, labels: DirectoryLabels) => void): void => {
    for (const directory of broker.logs.directories) put(of(directory), { directory: directory.path });
  };
}

/** Of what all directories share. */
function shared({ broker }: Source): LogContext {
  return broker.logs.directories[0]!.context;
}
