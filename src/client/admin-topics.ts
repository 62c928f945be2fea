import { ZERO_UUID, type Uuid } from "../base/uuid.ts";
import { errorName } from "../tables/errors.ts";
import { CreateTopics } from "../wire/kafka/messages/19-create-topics.ts";
import { DeleteTopics } from "../wire/kafka/messages/20-delete-topics.ts";
import { DeleteRecords } from "../wire/kafka/messages/21-delete-records.ts";
import { CreatePartitions } from "../wire/kafka/messages/37-create-partitions.ts";
import { KafkaError } from "./client-error.ts";
import type { ClusterClient } from "./cluster-client.ts";
import type { TopicInfo } from "./cluster-metadata.ts";

export interface NewTopic {
  readonly name: string;
  /** -1: the broker's default. */
  readonly partitions?: number;
  /** -1: the broker's default. */
  readonly replicationFactor?: number;
  readonly configs?: Readonly<Record<string, string>>;
}

const ADMIN_TIMEOUT_MS = 30_000;
const CONTROLLER = { to: "controller" } as const;

function throwIfError(action: string, errorCode: number, detail: string | null): void {
  if (errorCode !== 0) throw new KafkaError(action, errorName(errorCode), detail);
}

/** @throws KafkaError TOPIC_ALREADY_EXISTS, INVALID_TOPIC_EXCEPTION, INVALID_CONFIG … */
export async function createTopic(client: ClusterClient, topic: NewTopic): Promise<{ topicId: Uuid }> {
  const configs = Object.entries(topic.configs ?? {}).map(([name, value]) => ({ name, value }));
  const body = {
    topics: [
      {
        name: topic.name,
        numPartitions: topic.partitions ?? -1,
        replicationFactor: topic.replicationFactor ?? -1,
        assignments: [],
        configs,
      },
    ],
    timeoutMs: ADMIN_TIMEOUT_MS,
    validateOnly: false,
  };
  const response = await client.request(CONTROLLER, CreateTopics, body, ({ topics }) => {
    for (const result of topics) {
      throwIfError(`create topic "${topic.name}"`, result.errorCode, result.errorMessage);
    }
  });
  return { topicId: response.topics[0]!.topicId };
}

export async function deleteTopic(client: ClusterClient, name: string): Promise<void> {
  const body = { topics: [{ name, topicId: ZERO_UUID }], topicNames: [name], timeoutMs: ADMIN_TIMEOUT_MS };
  await client.request(CONTROLLER, DeleteTopics, body, ({ responses }) => {
    for (const result of responses) {
      throwIfError(`delete topic "${name}"`, result.errorCode, result.errorMessage);
    }
  });
  client.forgetTopic(name);
}

/** Grows a topic to `count` partitions in all; it cannot shrink. */
export async function createPartitions(client: ClusterClient, name: string, count: number): Promise<void> {
  const topics = [{ name, count, assignments: null }];
  const body = { topics, timeoutMs: ADMIN_TIMEOUT_MS, validateOnly: false };
  await client.request(CONTROLLER, CreatePartitions, body, ({ results }) => {
    for (const result of results) {
      throwIfError(`add partitions to "${name}"`, result.errorCode, result.errorMessage);
    }
  });
  client.forgetTopic(name);
}

/** All topics, by name; internal ones only when asked for. */
export async function listTopics(
  client: ClusterClient,
  options: { internal?: boolean } = {},
): Promise<TopicInfo[]> {
  const { topics } = await client.metadata(null);
  return [...topics.values()]
    .filter((topic) => options.internal === true || !topic.isInternal)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** @throws KafkaError UNKNOWN_TOPIC_OR_PARTITION at once: who asks for a description does not want to wait. */
export async function describeTopic(client: ClusterClient, name: string): Promise<TopicInfo> {
  const topic = (await client.metadata([name])).topics.get(name);
  const error = topic?.error ?? "UNKNOWN_TOPIC_OR_PARTITION";
  if (topic === undefined || error !== "NONE") throw new KafkaError(`describe topic "${name}"`, error);
  return topic;
}

export interface RecordsBefore {
  readonly topic: string;
  readonly partition: number;
  /** Exclusive; -1: the high watermark. */
  readonly offset: number;
}

/** Deletes the records before an offset and returns the first offset that is left. */
export async function deleteRecords(client: ClusterClient, before: RecordsBefore): Promise<number> {
  const { topic, partition, offset } = before;
  const action = `delete records of ${topic}-${partition}`;
  return await client.retrying(
    async () => {
      const { leaderId } = await client.leaderOf(topic, partition);
      const topics = [{ name: topic, partitions: [{ partitionIndex: partition, offset }] }];
      const body = { topics, timeoutMs: ADMIN_TIMEOUT_MS };
      const response = await client.requestOnce({ to: "node", nodeId: leaderId }, DeleteRecords, body);
      const result = response.topics[0]?.partitions[0];
      if (result === undefined) throw new KafkaError(action, "UNKNOWN_SERVER_ERROR");
      throwIfError(action, result.errorCode, null);
      return result.lowWatermark;
    },
    () => client.forgetTopic(topic),
  );
}
