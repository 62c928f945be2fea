import type { LogDirectory } from "../../broker/log/log-directory.ts";
import { METADATA_TOPIC } from "../../broker/metadata-log.ts";
import { errorCode } from "../../tables/errors.ts";
import { DescribeLogDirs } from "../../wire/kafka/messages/35-describe-log-dirs.ts";
import type { RequestOf, ResponseInput } from "../../wire/kafka/schema.ts";
import { kafkaApi } from "../kafka-api.ts";

/* DescribeLogDirs (35), versions 1 to 5. v4: sizes of volumes (KIP-827). v5: cordoned directories (KIP-1066). */

type Request = RequestOf<typeof DescribeLogDirs>;
type Topic = ResponseInput<typeof DescribeLogDirs>["results"][number]["topics"][number];
type Partition = Topic["partitions"][number];

export const describeLogDirs = kafkaApi(DescribeLogDirs, (broker, request) => ({
  throttleTimeMs: 0,
  errorCode: errorCode("NONE"),
  results: broker.logs.directories.map((directory) => {
    const { path, status } = directory;
    const { disk } = broker.env;
    const volume = status.isOffline
      ? {}
      : { totalBytes: disk.totalBytes(path), usableBytes: disk.freeBytes(path) };
    return {
      errorCode: errorCode(status.isOffline ? "KAFKA_STORAGE_ERROR" : "NONE"),
      logDir: path,
      topics: topicsOf(directory, request),
      ...volume,
      isCordoned: false,
    };
  }),
}));

function topicsOf(directory: LogDirectory, request: Request): Topic[] {
  const asked =
    request.topics === null
      ? null
      : new Map(request.topics.map(({ topic, partitions }) => [topic, new Set(partitions)]));
  const found = new Map<string, Partition[]>();
  for (const log of directory.logs.values()) {
    const isAsked = asked === null || asked.get(log.topic)?.has(log.partition) === true;
    if (!isAsked || log.topic === METADATA_TOPIC) continue;
    const partitions = found.get(log.topic) ?? [];
    found.set(log.topic, partitions);
    partitions.push({
      partitionIndex: log.partition,
      partitionSize: log.sizeBytes,
      offsetLag: Math.max(0, log.highWatermark - log.logEndOffset),
      isFutureKey: false,
    });
  }
  return [...found].map(([name, partitions]) => ({ name, partitions }));
}
