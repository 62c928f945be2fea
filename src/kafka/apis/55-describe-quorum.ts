import type { Broker } from "../../broker/broker.ts";
import { METADATA_TOPIC } from "../../broker/metadata-log.ts";
import { errorCode, errorText, type ErrorName } from "../../tables/errors.ts";
import { DescribeQuorum } from "../../wire/kafka/messages/55-describe-quorum.ts";
import type { ResponseInput } from "../../wire/kafka/schema.ts";
import { kafkaApi } from "../kafka-api.ts";

/* DescribeQuorum (55), versions 0 to 2. v1: when voters last fetched. v2: directories and endpoints (KIP-853). */

type Partition = ResponseInput<typeof DescribeQuorum>["topics"][number]["partitions"][number];

export const describeQuorum = kafkaApi(DescribeQuorum, (broker, { topics }) => ({
  errorCode: errorCode("NONE"),
  errorMessage: "",
  topics: topics.map(({ topicName, partitions }) => ({
    topicName,
    partitions: partitions.map(({ partitionIndex }) =>
      topicName === METADATA_TOPIC && partitionIndex === 0
        ? describe(broker)
        : unknown(partitionIndex, "UNKNOWN_TOPIC_OR_PARTITION"),
    ),
  })),
  nodes: topics.some(({ topicName }) => topicName === METADATA_TOPIC)
    ? broker.controller.quorum.voters.map(({ id, endpoints }) => ({ nodeId: id, listeners: endpoints }))
    : [],
}));

function unknown(partitionIndex: number, error: ErrorName): Partition {
  return {
    partitionIndex,
    errorCode: errorCode(error),
    errorMessage: errorText(error),
    leaderId: 0,
    leaderEpoch: 0,
    highWatermark: 0,
    currentVoters: [],
    observers: [],
  };
}

function describe({ controller, env }: Broker): Partition {
  const { quorum } = controller;
  const now = env.clock.now();
  return {
    partitionIndex: 0,
    errorCode: errorCode("NONE"),
    errorMessage: "",
    leaderId: quorum.leaderId,
    leaderEpoch: quorum.leaderEpoch,
    highWatermark: quorum.highWatermark,
    currentVoters: quorum.voters.map(({ id, directoryId }) => ({
      replicaId: id,
      replicaDirectoryId: directoryId,
      logEndOffset: quorum.logEndOffset,
      // The leader itself is always up to date.
      lastFetchTimestamp: now,
      lastCaughtUpTimestamp: now,
    })),
    observers: [],
  };
}
