import { ListOffsets } from "../../wire/kafka/messages/02-list-offsets.ts";
import { atLeader, errorIn, inBatches } from "./admin-batch.ts";
import { asError } from "../client-error.ts";
import type { CallOptions, ClusterClient, Route } from "../network/cluster-client.ts";
import { byTopic, partitionName, type TopicPartition } from "../topic-partition.ts";

/**
 * A place in a partition.
 * - `earliest`: the first record; `latest`: behind the last one (exclusive).
 * - `max-timestamp`: the record with the greatest timestamp (KIP-734; brokers since 3.0).
 * - `earliest-local`, `latest-tiered`: where tiered storage ends (KIP-405, KIP-1005; brokers since 3.4 and 3.9).
 * - a number: milliseconds since 1970; the first record that is not older.
 */
export type OffsetPlace =
  | "earliest"
  | "latest"
  | "max-timestamp"
  | "earliest-local"
  | "latest-tiered"
  | number;

export interface OffsetSpec extends TopicPartition {
  readonly at: OffsetPlace;
}

export interface FoundOffset extends TopicPartition {
  /** -1 when there is no such record. */
  readonly offset: number;
  /** Of the record, in milliseconds since 1970; -1 when it is not a record that was looked for, or there is none. */
  readonly timestamp: number;
  /** Of the record; -1 when the broker does not say. */
  readonly leaderEpoch: number;
}

export interface ListOffsetsOptions extends CallOptions {
  /** With `read_committed`, "latest" is where the oldest open transaction begins. `read_uncommitted` by default. */
  readonly isolationLevel?: "read_uncommitted" | "read_committed";
}

/** Timestamps with a meaning of their own, and the version of ListOffsets that brought them. */
const SPECIAL = {
  latest: { timestamp: -1, versionMin: 0 },
  earliest: { timestamp: -2, versionMin: 0 },
  "max-timestamp": { timestamp: -3, versionMin: 7 },
  "earliest-local": { timestamp: -4, versionMin: 8 },
  "latest-tiered": { timestamp: -5, versionMin: 9 },
} as const;

function wireForm(at: OffsetPlace): { readonly timestamp: number; readonly versionMin: number } {
  return typeof at === "number" ? { timestamp: at, versionMin: 0 } : SPECIAL[at];
}

/** Looks up offsets, each at the leader of its partition. */
export async function findOffsets(
  client: ClusterClient,
  specs: readonly OffsetSpec[],
  options: ListOffsetsOptions = {},
): Promise<FoundOffset[]> {
  const batch = {
    items: specs,
    ...atLeader(client),
    async send(route: Route, items: readonly OffsetSpec[]) {
      // A request can ask for one place in each partition, and brokers of different ages know different places.
      const outcomes = new Map<OffsetSpec, FoundOffset | Error>();
      const asked = [...Map.groupBy(items, ({ at }) => at)].map(async ([at, group]) => {
        const found = await ask(client, { route, at, items: group, options }).catch(asError);
        for (const [index, item] of group.entries()) {
          outcomes.set(item, found instanceof Error ? found : found[index]!);
        }
      });
      await Promise.all(asked);
      return items.map((item) => outcomes.get(item)!);
    },
  };
  return await inBatches<OffsetSpec, FoundOffset>(client, batch, options);
}

interface Question {
  readonly route: Route;
  readonly at: OffsetPlace;
  readonly items: readonly TopicPartition[];
  readonly options: ListOffsetsOptions;
}

async function ask(client: ClusterClient, question: Question): Promise<(FoundOffset | Error)[]> {
  const { timestamp: wanted, versionMin } = wireForm(question.at);
  const body = {
    replicaId: -1,
    isolationLevel: question.options.isolationLevel === "read_committed" ? 1 : 0,
    topics: byTopic(question.items).map(({ topic, partitions }) => ({
      name: topic,
      partitions: partitions.map((partitionIndex) => ({ partitionIndex, timestamp: wanted })),
    })),
    timeoutMs: client.options.requestTimeoutMs,
  };
  const response = await client.requestOnce(question.route, ListOffsets, body, { versionMin });
  return question.items.map(({ topic, partition }) => {
    const result = response.topics
      .find(({ name }) => name === topic)
      ?.partitions.find(({ partitionIndex }) => partitionIndex === partition);
    const error = errorIn(`look up an offset of ${partitionName({ topic, partition })}`, result);
    if (error !== null) return error;
    const { offset, timestamp, leaderEpoch } = result!;
    return { topic, partition, offset, timestamp, leaderEpoch };
  });
}
