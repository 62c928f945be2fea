import { ZERO_UUID } from "../../base/uuid.ts";
import { NO_LEADER, type PartitionImage } from "../../core/cluster/partition-image.ts";
import { isInternalTopic, topicNameFault } from "../../core/cluster/topic-name.ts";
import type { Broker } from "../../broker/broker.ts";
import { errorCode, type ErrorName } from "../../tables/errors.ts";
import { DescribeTopicPartitions } from "../../wire/kafka/messages/75-describe-topic-partitions.ts";
import type { RequestOf, ResponseInput } from "../../wire/kafka/schema.ts";
import { TOPIC_OPERATIONS } from "../authorized-operations.ts";
import { kafkaApi } from "../kafka-api.ts";

/*
 * DescribeTopicPartitions (75), version 0: topics in pages, with eligible leader replicas (KIP-966). Topics come sorted;
 * the cursor names the first partition of the next page.
 */

type Request = RequestOf<typeof DescribeTopicPartitions>;
type Response = ResponseInput<typeof DescribeTopicPartitions>;
type Topic = Response["topics"][number];
type Partition = Topic["partitions"][number];

export const describeTopicPartitions = kafkaApi(DescribeTopicPartitions, (broker, request) => {
  const { cursor } = request;
  if (cursor !== null && cursor.partitionIndex < 0) return invalidCursor(cursor.topicName);
  const limit = broker.config.number("max.request.partition.size.limit");
  let left = Math.max(1, Math.min(limit, request.responsePartitionLimit));
  const topics: Topic[] = [];
  for (const name of namesOf(broker, request)) {
    const from = cursor?.topicName === name ? cursor.partitionIndex : 0;
    // A topic with nothing but its first partition to come begins the next page.
    if (left === 0) return page(topics, { topicName: name, partitionIndex: from });
    const topic = broker.cluster.topics.get(name);
    if (topic === undefined) {
      const error = topicNameFault(name) === null ? "UNKNOWN_TOPIC_OR_PARTITION" : "INVALID_TOPIC_EXCEPTION";
      topics.push({ ...missing(name, error), topicAuthorizedOperations: TOPIC_OPERATIONS });
      continue;
    }
    const shown = topic.partitions.slice(from, from + left);
    topics.push({
      errorCode: errorCode("NONE"),
      name,
      topicId: topic.id,
      isInternal: isInternalTopic(name),
      partitions: shown.map((partition) => describe(broker, partition)),
      topicAuthorizedOperations: TOPIC_OPERATIONS,
    });
    left -= shown.length;
    const end = from + shown.length;
    if (end < topic.partitions.length) return page(topics, { topicName: name, partitionIndex: end });
  }
  return page(topics, null);
});

/** All topics when none is named; from the cursor's on. */
function namesOf({ cluster }: Broker, { topics, cursor }: Request): string[] {
  const names = topics.length > 0 ? topics.map(({ name }) => name) : [...cluster.topics.keys()];
  const sorted = [...new Set(names)].sort();
  return cursor === null ? sorted : sorted.filter((name) => name >= cursor.topicName);
}

function page(topics: Topic[], nextCursor: Response["nextCursor"] | null): Response {
  return { throttleTimeMs: 0, topics, nextCursor: nextCursor ?? null };
}

function invalidCursor(name: string): Response {
  return page([missing(name, "INVALID_REQUEST")], null);
}

function missing(name: string, error: ErrorName): Topic {
  return {
    errorCode: errorCode(error),
    name,
    topicId: ZERO_UUID,
    isInternal: isInternalTopic(name),
    partitions: [],
  };
}

function describe({ cluster }: Broker, partition: PartitionImage): Partition {
  const isOffline = (id: number): boolean => cluster.brokers.get(id)?.isFenced ?? true;
  return {
    errorCode: errorCode(partition.leader === NO_LEADER ? "LEADER_NOT_AVAILABLE" : "NONE"),
    partitionIndex: partition.index,
    leaderId: partition.leader,
    leaderEpoch: partition.leaderEpoch,
    replicaNodes: [...partition.replicas],
    isrNodes: [...partition.isr],
    eligibleLeaderReplicas: [...partition.eligibleLeaderReplicas],
    lastKnownElr: [...partition.lastKnownElr],
    offlineReplicas: partition.replicas.filter(isOffline),
  };
}
