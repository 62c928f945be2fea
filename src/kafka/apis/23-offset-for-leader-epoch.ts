import type { Broker } from "../../broker/broker.ts";
import { findLeader, leaderEpochFault } from "../../broker/find-partition.ts";
import { errorCode, type ErrorName } from "../../tables/errors.ts";
import { OffsetForLeaderEpoch } from "../../wire/kafka/messages/23-offset-for-leader-epoch.ts";
import type { RequestOf, ResponseInput } from "../../wire/kafka/schema.ts";
import { kafkaApi } from "../kafka-api.ts";

/* OffsetForLeaderEpoch (23), versions 2 to 4: where an epoch ended, so that a client can find its own truncation. */

type TopicRequest = RequestOf<typeof OffsetForLeaderEpoch>["topics"][number];
type PartitionRequest = TopicRequest["partitions"][number];
type PartitionResponse = ResponseInput<typeof OffsetForLeaderEpoch>["topics"][number]["partitions"][number];

export const offsetForLeaderEpoch = kafkaApi(OffsetForLeaderEpoch, (broker, request) => ({
  throttleTimeMs: 0,
  topics: request.topics.map((topic) => ({
    topic: topic.topic,
    partitions: topic.partitions.map((partition) => endOfEpoch(broker, topic, partition)),
  })),
}));

function answer(partition: PartitionRequest, error: ErrorName | null): PartitionResponse {
  const code = error === null ? 0 : errorCode(error);
  return { errorCode: code, partition: partition.partition, leaderEpoch: -1, endOffset: -1 };
}

function endOfEpoch(broker: Broker, topic: TopicRequest, partition: PartitionRequest): PartitionResponse {
  const reference = { topic: topic.topic, topicId: "", index: partition.partition, isById: false };
  const leader = findLeader(broker.partitions, reference);
  if (typeof leader === "string") return answer(partition, leader);
  const fault = leaderEpochFault(leader, partition.currentLeaderEpoch);
  if (fault !== null) return answer(partition, fault);
  const end = leader.log.endOffsetForEpoch(partition.leaderEpoch);
  if (end === null) return answer(partition, null);
  return { ...answer(partition, null), leaderEpoch: end.epoch, endOffset: end.endOffset };
}
