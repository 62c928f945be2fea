import { errorName } from "../../tables/errors.ts";
import { ListOffsets } from "../../wire/kafka/messages/02-list-offsets.ts";
import { asError, KafkaError } from "../client-error.ts";
import type { CallOptions, ClusterClient } from "../network/cluster-client.ts";
import type { FetcherOptions } from "./fetcher.ts";
import { mayRetry } from "../network/retry.ts";
import { partitionName, type TopicPartition } from "../topic-partition.ts";

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
  const found = new Map<string, OffsetAnswer>();
  await client.retrying(
    async () => {
      const open = queries.filter((query) => !found.has(partitionName(query)));
      const failure = await tryListOffsets(client, open, { found, ...options });
      if (failure !== null) throw failure;
    },
    undefined,
    options,
  );
  return queries.map((query) => found.get(partitionName(query))!);
}

/**
 * One try. What is answered goes into `found`, by partition; a partition that fails keeps no other from being answered.
 * Returns the first failure, having forgotten the leaders that may be wrong.
 */
export async function tryListOffsets(
  client: ClusterClient,
  queries: readonly OffsetQuery[],
  target: { readonly found: Map<string, OffsetAnswer> } & ListOffsetsOptions,
): Promise<Error | null> {
  const { found, isolationLevel = "read_uncommitted" } = target;
  const byLeader = new Map<number, OffsetQuery[]>();
  const failures: Error[] = [];
  for (const query of queries) {
    try {
      const { leaderId } = await client.leaderOf(query.topic, query.partition);
      byLeader.set(leaderId, [...(byLeader.get(leaderId) ?? []), query]);
    } catch (error) {
      failures.push(asError(error));
    }
  }
  const asking = [...byLeader].map(
    async ([nodeId, list]) => await ask(client, { nodeId, list, isolationLevel, found }),
  );
  for (const settled of await Promise.allSettled(asking)) {
    if (settled.status === "rejected") failures.push(asError(settled.reason));
  }
  for (const query of queries) if (!found.has(partitionName(query))) client.forgetTopic(query.topic);
  // What no retry mends is what the caller must hear.
  return failures.find((failure) => !mayRetry(failure)) ?? failures[0] ?? null;
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
