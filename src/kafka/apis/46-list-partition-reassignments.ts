import type { TopicImage } from "../../core/cluster/partition-image.ts";
import { errorCode } from "../../tables/errors.ts";
import { ListPartitionReassignments } from "../../wire/kafka/messages/46-list-partition-reassignments.ts";
import { kafkaApi } from "../kafka-api.ts";

/* ListPartitionReassignments (46), version 0: the partitions that are being moved (KIP-455). */
export const listPartitionReassignments = kafkaApi(ListPartitionReassignments, ({ cluster }, request) => {
  const indexesOf = new Map(request.topics?.map(({ name, partitionIndexes }) => [name, partitionIndexes]));
  const isAsked = (topic: TopicImage, index: number): boolean =>
    request.topics === null || indexesOf.get(topic.name)?.includes(index) === true;
  const topics = [...cluster.topics.values()].flatMap((topic) => {
    const partitions = topic.partitions
      .filter(({ addingReplicas, removingReplicas }) => addingReplicas.length + removingReplicas.length > 0)
      .filter(({ index }) => isAsked(topic, index))
      .map(({ index, replicas, addingReplicas, removingReplicas }) => ({
        partitionIndex: index,
        replicas: [...replicas],
        addingReplicas: [...addingReplicas],
        removingReplicas: [...removingReplicas],
      }));
    return partitions.length > 0 ? [{ name: topic.name, partitions }] : [];
  });
  return { throttleTimeMs: 0, errorCode: errorCode("NONE"), errorMessage: null, topics };
});
