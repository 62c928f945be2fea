import type { Broker } from "../../broker/broker.ts";
import type { OffsetCommitTopic } from "../../core/groups/offsets.ts";
import { errorCode, type ErrorName } from "../../tables/errors.ts";
import { OffsetCommit } from "../../wire/kafka/messages/08-offset-commit.ts";
import type { RequestOf, ResponseInput } from "../../wire/kafka/schema.ts";
import { kafkaApi } from "../kafka-api.ts";

/*
 * OffsetCommit (8), versions 2 to 10. From v10 topics are named by id. What does not exist fails alone, and stands
 * before the rest in the answer.
 */

type RequestTopic = RequestOf<typeof OffsetCommit>["topics"][number];
type ResponseTopic = ResponseInput<typeof OffsetCommit>["topics"][number];
type ResponsePartition = ResponseTopic["partitions"][number];

const TOPIC_IDS_SINCE = 10;
const GROUP_ID_NOT_FOUND_SINCE = 9;

export const offsetCommit = kafkaApi(OffsetCommit, async (broker, request, { apiVersion }) => {
  const isById = apiVersion >= TOPIC_IDS_SINCE;
  const answer = new TopicAnswers(isById ? "topicId" : "name");
  const topics = existing(broker, request.topics, { answer, isById });
  if (topics.length === 0) return { topics: answer.topics };
  const errors = await broker.groups.commitOffsets({
    groupId: request.groupId,
    generation: request.generationIdOrMemberEpoch,
    memberId: request.memberId,
    groupInstanceId: request.groupInstanceId,
    retentionTimeMs: request.retentionTimeMs,
    knowsGroupIdNotFound: apiVersion >= GROUP_ID_NOT_FOUND_SINCE,
    topics,
  });
  topics.forEach((topic, at) => {
    topic.partitions.forEach((partition, index) => {
      answer.add(topic, partition.partitionIndex, errors[at]![index]!);
    });
  });
  return { topics: answer.topics };
});

interface Lookup {
  readonly answer: TopicAnswers;
  readonly isById: boolean;
}

/** The topics and partitions of the request that exist; the others are answered. */
function existing(
  broker: Broker,
  asked: readonly RequestTopic[],
  { answer, isById }: Lookup,
): OffsetCommitTopic[] {
  const found: OffsetCommitTopic[] = [];
  for (const { name, topicId, partitions } of asked) {
    const topic = isById ? broker.cluster.topicsById.get(topicId) : broker.cluster.topics.get(name);
    const isKnown = (index: number): boolean => topic?.partitions[index] !== undefined;
    const error = isById && topic === undefined ? "UNKNOWN_TOPIC_ID" : "UNKNOWN_TOPIC_OR_PARTITION";
    for (const { partitionIndex } of partitions) {
      if (!isKnown(partitionIndex)) answer.add({ name, topicId }, partitionIndex, error);
    }
    const known = partitions.filter(({ partitionIndex }) => isKnown(partitionIndex));
    if (topic !== undefined && known.length > 0)
      found.push({ name: topic.name, topicId: topic.id, partitions: known });
  }
  return found;
}

/** Collects the answers of partitions under their topics, each topic once. */
class TopicAnswers {
  readonly topics: ResponseTopic[] = [];
  readonly #key: "name" | "topicId";
  readonly #partitions = new Map<string, ResponsePartition[]>();

  constructor(key: "name" | "topicId") {
    this.#key = key;
  }

  add(topic: { name: string; topicId: string }, partitionIndex: number, error: ErrorName): void {
    const key = topic[this.#key];
    let partitions = this.#partitions.get(key);
    if (partitions === undefined) {
      partitions = [];
      this.#partitions.set(key, partitions);
      this.topics.push({ name: topic.name, topicId: topic.topicId, partitions });
    }
    partitions.push({ partitionIndex, errorCode: errorCode(error) });
  }
}
