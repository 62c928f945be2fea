import { ZERO_UUID, type Uuid } from "../../base/uuid.ts";
import { CreateTopics } from "../../wire/kafka/messages/19-create-topics.ts";
import { DeleteTopics } from "../../wire/kafka/messages/20-delete-topics.ts";
import { DeleteRecords } from "../../wire/kafka/messages/21-delete-records.ts";
import { CreatePartitions } from "../../wire/kafka/messages/37-create-partitions.ts";
import { atController, atLeader, errorIn, inBatches } from "./admin-batch.ts";
import { KafkaError } from "../client-error.ts";
import type { CallOptions, ClusterClient, Route } from "../network/cluster-client.ts";
import type { PartitionInfo, TopicInfo } from "../network/cluster-metadata.ts";
import { delay } from "../network/retry.ts";
import { byTopic, partitionName, type TopicPartition } from "../topic-partition.ts";

export interface NewTopic {
  readonly name: string;
  /** The broker's `num.partitions` when absent. */
  readonly partitions?: number;
  /** The broker's `default.replication.factor` when absent. */
  readonly replicationFactor?: number;
  /** For each partition the nodes that keep it, the preferred leader first; instead of the two counts. */
  readonly assignments?: readonly (readonly number[])[];
  readonly configs?: Readonly<Record<string, string>>;
}

export interface CreatedTopic {
  readonly name: string;
  /** Zeros from a broker older than 2.8. */
  readonly topicId: Uuid;
  /** -1 when the broker does not say (before 2.4, or when it is not allowed to). */
  readonly partitions: number;
  readonly replicationFactor: number;
}

export interface MorePartitions {
  readonly topic: string;
  /** How many there will be in all. */
  readonly count: number;
  /** For each partition that is added the nodes that keep it. */
  readonly assignments?: readonly (readonly number[])[];
}

export interface RecordsBefore extends TopicPartition {
  /** Exclusive; -1: the high watermark. */
  readonly offset: number;
}

export interface DeletedRecords extends TopicPartition {
  /** The first offset that is left. */
  readonly startOffset: number;
}

export interface ChangeOptions extends CallOptions {
  /** Check and answer as if, but change nothing. */
  readonly validateOnly?: boolean;
}

const BROKER_DEFAULT = -1;
const SEEN_MS_MAX = 5_000;
const SEEN_POLL_MS = 20;

/** @throws KafkaError TOPIC_ALREADY_EXISTS, INVALID_TOPIC_EXCEPTION, INVALID_CONFIG, INVALID_REPLICATION_FACTOR … */
export async function createTopics(
  client: ClusterClient,
  topics: readonly NewTopic[],
  options: ChangeOptions = {},
): Promise<CreatedTopic[]> {
  const timeoutMs = client.options.requestTimeoutMs;
  const { validateOnly = false } = options;
  const batch = {
    items: topics,
    ...atController(client),
    async send(route: Route, items: readonly NewTopic[]) {
      const body = { topics: items.map(newTopicBody), timeoutMs, validateOnly };
      const response = await client.requestOnce(route, CreateTopics, body, { heldMs: timeoutMs });
      return items.map(({ name }) => {
        const result = response.topics.find((topic) => topic.name === name);
        const error = errorIn(`create topic "${name}"`, result);
        if (error !== null || result === undefined) return error!;
        const { topicId, numPartitions: partitions, replicationFactor } = result;
        return { name, topicId, partitions, replicationFactor };
      });
    },
  };
  const created = await inBatches<NewTopic, CreatedTopic>(client, batch, options);
  if (!validateOnly) {
    const names = topics.map(({ name }) => name);
    await whenSeen(client, names, (topic) => topic !== undefined && topic.partitions.every(isLed), options);
  }
  return created;
}

function isLed({ leaderId }: PartitionInfo): boolean {
  return leaderId >= 0;
}

/**
 * Brokers learn what the controller did a moment later. Waits until one of them has, so that what was done can be used
 * at once; not for long, since it has been done in any case.
 */
async function whenSeen(
  client: ClusterClient,
  names: readonly string[],
  ...[isSeen, options]: [(topic: TopicInfo | undefined) => boolean, CallOptions]
): Promise<void> {
  const { clock } = client.env;
  const untilMs = clock.monotonic() + SEEN_MS_MAX;
  for (;;) {
    const { topics } = await client.metadata(names, options);
    const isDone = names.every((name) => {
      const topic = topics.get(name);
      return isSeen(topic?.error === "UNKNOWN_TOPIC_OR_PARTITION" ? undefined : topic);
    });
    if (isDone || clock.monotonic() > untilMs) return;
    await delay(client.env, SEEN_POLL_MS);
  }
}

function newTopicBody(topic: NewTopic) {
  const { name, assignments = [] } = topic;
  return {
    name,
    numPartitions: assignments.length > 0 ? BROKER_DEFAULT : (topic.partitions ?? BROKER_DEFAULT),
    replicationFactor: assignments.length > 0 ? BROKER_DEFAULT : (topic.replicationFactor ?? BROKER_DEFAULT),
    assignments: assignments.map((nodes, partitionIndex) => ({ partitionIndex, brokerIds: [...nodes] })),
    configs: Object.entries(topic.configs ?? {}).map(([key, value]) => ({ name: key, value })),
  };
}

/** @throws KafkaError UNKNOWN_TOPIC_OR_PARTITION, TOPIC_DELETION_DISABLED … */
export async function deleteTopics(
  client: ClusterClient,
  names: readonly string[],
  options: CallOptions = {},
): Promise<void> {
  const timeoutMs = client.options.requestTimeoutMs;
  const batch = {
    items: names,
    ...atController(client),
    async send(route: Route, items: readonly string[]) {
      const topics = items.map((name) => ({ name, topicId: ZERO_UUID }));
      const body = { topics, topicNames: [...items], timeoutMs };
      const { responses } = await client.requestOnce(route, DeleteTopics, body, { heldMs: timeoutMs });
      return items.map((name) => {
        client.forgetTopic(name);
        const result = responses.find((topic) => topic.name === name);
        return errorIn(`delete topic "${name}"`, result) ?? true;
      });
    },
  };
  await inBatches(client, batch, options);
  await whenSeen(client, names, (topic) => topic === undefined, options);
}

/** Grows topics; they cannot shrink. @throws KafkaError INVALID_PARTITIONS, UNKNOWN_TOPIC_OR_PARTITION … */
export async function createPartitions(
  client: ClusterClient,
  topics: readonly MorePartitions[],
  options: ChangeOptions = {},
): Promise<void> {
  const timeoutMs = client.options.requestTimeoutMs;
  const { validateOnly = false } = options;
  const batch = {
    items: topics,
    ...atController(client),
    async send(route: Route, items: readonly MorePartitions[]) {
      const wanted = items.map(({ topic, count, assignments }) => ({
        name: topic,
        count,
        assignments: assignments?.map((nodes) => ({ brokerIds: [...nodes] })) ?? null,
      }));
      const body = { topics: wanted, timeoutMs, validateOnly };
      const { results } = await client.requestOnce(route, CreatePartitions, body, { heldMs: timeoutMs });
      return items.map(({ topic }) => {
        client.forgetTopic(topic);
        const result = results.find(({ name }) => name === topic);
        return errorIn(`add partitions to "${topic}"`, result) ?? true;
      });
    },
  };
  await inBatches(client, batch, options);
  if (validateOnly) return;
  const counts = new Map(topics.map(({ topic, count }) => [topic, count]));
  const isGrown = ({ name, partitions }: TopicInfo): boolean =>
    partitions.length >= counts.get(name)! && partitions.every(isLed);
  await whenSeen(client, [...counts.keys()], (topic) => topic !== undefined && isGrown(topic), options);
}

/** All topics, by name; internal ones only when asked for. */
export async function listTopics(
  client: ClusterClient,
  options: { readonly internal?: boolean } & CallOptions = {},
): Promise<TopicInfo[]> {
  const { topics } = await client.metadata(null, options);
  return [...topics.values()]
    .filter((topic) => options.internal === true || !topic.isInternal)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** @throws KafkaError UNKNOWN_TOPIC_OR_PARTITION at once: who asks for a description does not want to wait. */
export async function describeTopics(
  client: ClusterClient,
  names: readonly string[],
  options: CallOptions = {},
): Promise<TopicInfo[]> {
  const { topics } = await client.metadata(names, options);
  return names.map((name) => {
    const topic = topics.get(name);
    const code = topic?.error ?? "UNKNOWN_TOPIC_OR_PARTITION";
    if (topic === undefined || code !== "NONE") throw new KafkaError(`describe topic "${name}"`, code);
    return topic;
  });
}

/** Deletes the records before an offset, in each partition at its leader. */
export async function deleteRecords(
  client: ClusterClient,
  cuts: readonly RecordsBefore[],
  options: CallOptions = {},
): Promise<DeletedRecords[]> {
  const timeoutMs = client.options.requestTimeoutMs;
  const batch = {
    items: cuts,
    ...atLeader(client),
    async send(route: Route, items: readonly RecordsBefore[]) {
      const offsets = new Map(items.map((cut) => [partitionName(cut), cut.offset]));
      const topics = byTopic(items).map(({ topic, partitions }) => ({
        name: topic,
        partitions: partitions.map((partition) => ({
          partitionIndex: partition,
          offset: offsets.get(partitionName({ topic, partition }))!,
        })),
      }));
      const response = await client.requestOnce(
        route,
        DeleteRecords,
        { topics, timeoutMs },
        { heldMs: timeoutMs },
      );
      return items.map(({ topic, partition }) => {
        const result = response.topics
          .find(({ name }) => name === topic)
          ?.partitions.find(({ partitionIndex }) => partitionIndex === partition);
        const error = errorIn(`delete records of ${partitionName({ topic, partition })}`, result);
        return error ?? { topic, partition, startOffset: result!.lowWatermark };
      });
    },
  };
  return await inBatches<RecordsBefore, DeletedRecords>(client, batch, options);
}
