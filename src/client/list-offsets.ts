import { errorName } from "../tables/errors.ts";
import { ListOffsets } from "../wire/kafka/messages/02-list-offsets.ts";
import { KafkaError } from "./client-error.ts";
import type { CallOptions, ClusterClient } from "./cluster-client.ts";
import type { FetcherOptions } from "./fetcher.ts";
import { partitionName, type TopicPartition } from "./topic-partition.ts";

/** Special timestamps of ListOffsets. */
export const LATEST = -1;
export const EARLIEST = -2;

export interface OffsetQuery extends TopicPartition {
  /** Milliseconds since the epoch: the first record that is not older; or LATEST, EARLIEST. */
  readonly timestamp: number;
}

export interface OffsetAnswer extends OffsetQuery {
  /** -1 when no record is that young. */
  readonly offset: number;
  /** Of the record at the offset; -1 when the broker does not say. */
  readonly leaderEpoch: number;
}

export interface ListOffsetsOptions extends CallOptions {
  readonly isolationLevel?: FetcherOptions["isolationLevel"];
}

/** One offset, from the partition's leader, with retries. */
export async function listOffset(client: ClusterClient, query: OffsetQuery): Promise<OffsetAnswer> {
  return (await listOffsets(client, [query]))[0]!;
}

/**
 * Many at once, each of another partition, in the order of the queries: one request per leader, and again for those
 * that failed in a way that may pass. With read_committed, LATEST is where the oldest open transaction begins.
 * @throws KafkaError naming the partition.
 */
export async function listOffsets(
  client: ClusterClient,
  queries: readonly OffsetQuery[],
  options: ListOffsetsOptions = {},
): Promise<OffsetAnswer[]> {
  const { isolationLevel = "read_uncommitted" } = options;
  const found = new Map<string, OffsetAnswer>();
  const open = (): OffsetQuery[] => queries.filter((query) => !found.has(partitionName(query)));
  await client.retrying(
    async () => {
      const asked = [...(await byLeader(client, open()))].map(
        async ([nodeId, list]) => await ask(client, { nodeId, list, isolationLevel, found }),
      );
      for (const settled of await Promise.allSettled(asked)) {
        if (settled.status === "rejected") throw settled.reason;
      }
    },
    () => {
      for (const { topic } of open()) client.forgetTopic(topic);
    },
    options,
  );
  return queries.map((query) => found.get(partitionName(query))!);
}

async function byLeader(
  client: ClusterClient,
  queries: readonly OffsetQuery[],
): Promise<Map<number, OffsetQuery[]>> {
  const groups = new Map<number, OffsetQuery[]>();
  for (const query of queries) {
    const { leaderId } = await client.leaderOf(query.topic, query.partition);
    groups.set(leaderId, [...(groups.get(leaderId) ?? []), query]);
  }
  return groups;
}

interface Asking {
  readonly nodeId: number;
  readonly list: readonly OffsetQuery[];
  readonly isolationLevel: FetcherOptions["isolationLevel"];
  /** Takes the answers, by partition. */
  readonly found: Map<string, OffsetAnswer>;
}

async function ask(client: ClusterClient, { nodeId, list, isolationLevel, found }: Asking): Promise<void> {
  const topics = [...Map.groupBy(list, ({ topic }) => topic)].map(([name, queries]) => ({
    name,
    partitions: queries.map(({ partition, timestamp }) => ({ partitionIndex: partition, timestamp })),
  }));
  const response = await client.requestOnce({ to: "node", nodeId }, ListOffsets, {
    replicaId: -1,
    isolationLevel: isolationLevel === "read_committed" ? 1 : 0,
    topics,
    timeoutMs: client.options.requestTimeoutMs,
  });
  let failure: KafkaError | null = null;
  for (const query of list) {
    const answer = response.topics
      .find(({ name }) => name === query.topic)
      ?.partitions.find(({ partitionIndex }) => partitionIndex === query.partition);
    const code = errorName(answer?.errorCode ?? -1);
    if (answer !== undefined && code === "NONE") {
      const { offset, leaderEpoch } = answer;
      found.set(partitionName(query), { ...query, offset, leaderEpoch });
    } else failure ??= new KafkaError(`look up an offset of ${partitionName(query)}`, code);
  }
  // The rest is asked for again, or given up; what was answered is kept.
  if (failure !== null) throw failure;
}
