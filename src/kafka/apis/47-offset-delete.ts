import type { Broker } from "../../broker/broker.ts";
import { errorCode, type ErrorName } from "../../tables/errors.ts";
import { OffsetDelete } from "../../wire/kafka/messages/47-offset-delete.ts";
import type { RequestOf } from "../../wire/kafka/schema.ts";
import { kafkaApi } from "../kafka-api.ts";

/* OffsetDelete (47), version 0. What does not exist fails alone, and stands before the rest in the answer. */

type RequestTopic = RequestOf<typeof OffsetDelete>["topics"][number];

export const offsetDelete = kafkaApi(OffsetDelete, async (broker, request) => {
  const answers = new Map<string, { partitionIndex: number; errorCode: number }[]>();
  const add = (topic: string, partitionIndex: number, error: ErrorName): void => {
    const partitions = answers.get(topic) ?? [];
    answers.set(topic, [...partitions, { partitionIndex, errorCode: errorCode(error) }]);
  };
  const topics = request.topics.map((topic) => {
    const { known, unknown } = split(broker, topic);
    for (const index of unknown) add(topic.name, index, "UNKNOWN_TOPIC_OR_PARTITION");
    return { name: topic.name, partitions: known };
  });
  // The group is looked at even when no partition of the request exists.
  const { error, partitions } = await broker.groups.deleteOffsets({ groupId: request.groupId, topics });
  if (error !== "NONE") return { errorCode: errorCode(error), throttleTimeMs: 0, topics: [] };
  topics.forEach(({ name, partitions: indexes }, at) => {
    indexes.forEach((index, which) => add(name, index, partitions[at]![which]!));
  });
  const responses = [...answers].map(([name, partitions]) => ({ name, partitions }));
  return { errorCode: 0, throttleTimeMs: 0, topics: responses };
});

function split(broker: Broker, { name, partitions }: RequestTopic): { known: number[]; unknown: number[] } {
  const topic = broker.cluster.topics.get(name);
  const indexes = partitions.map(({ partitionIndex }) => partitionIndex);
  const isKnown = (index: number): boolean => topic?.partitions[index] !== undefined;
  return { known: indexes.filter(isKnown), unknown: indexes.filter((index) => !isKnown(index)) };
}
