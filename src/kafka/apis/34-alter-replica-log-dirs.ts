import type { Broker } from "../../broker/broker.ts";
import { errorCode, type ErrorName } from "../../tables/errors.ts";
import { AlterReplicaLogDirs } from "../../wire/kafka/messages/34-alter-replica-log-dirs.ts";
import { kafkaApi } from "../kafka-api.ts";

/* AlterReplicaLogDirs (34), versions 1 and 2: asks for replicas to be in certain directories of this broker. */
export const alterReplicaLogDirs = kafkaApi(AlterReplicaLogDirs, (broker, { dirs }) => ({
  throttleTimeMs: 0,
  results: dirs.flatMap(({ path, topics }) =>
    topics.map(({ name, partitions }) => ({
      topicName: name,
      partitions: partitions.map((partitionIndex) => ({
        partitionIndex,
        errorCode: errorCode(faultOf(broker, path, { topic: name, partitionIndex })),
      })),
    })),
  ),
}));

interface Replica {
  readonly topic: string;
  readonly partitionIndex: number;
}

function faultOf({ logs }: Broker, path: string, { topic, partitionIndex }: Replica): ErrorName {
  const directory = logs.directories.find((candidate) => candidate.path === path);
  if (directory === undefined) return "LOG_DIR_NOT_FOUND";
  const log = logs.get(topic, partitionIndex);
  if (log === undefined) return "UNKNOWN_TOPIC_OR_PARTITION";
  // Where it is already, nothing has to be moved; moving is not there yet.
  return logs.directoryOf(log) === directory ? "NONE" : "UNSUPPORTED_VERSION";
}
