import { errorName } from "../../tables/errors.ts";
import { OffsetCommit } from "../../wire/kafka/messages/08-offset-commit.ts";
import { OffsetFetch } from "../../wire/kafka/messages/09-offset-fetch.ts";
import { OffsetDelete } from "../../wire/kafka/messages/47-offset-delete.ts";
import { BatchError, errorIn } from "./admin-batch.ts";
import { KafkaError } from "../client-error.ts";
import type { CallOptions, ClusterClient } from "../network/cluster-client.ts";
import { findOffsets, type OffsetPlace } from "./admin-offsets.ts";
import { byTopic, partitionName, type TopicPartition } from "../topic-partition.ts";

export interface CommittedOffset extends TopicPartition {
  /** The next offset to read. */
  readonly offset: number;
}

/** How far a group is in a partition. */
export interface GroupOffset extends CommittedOffset {
  /** The offset of the record that comes next (exclusive end). */
  readonly endOffset: number;
  /** Records that the group has not read yet. */
  readonly lag: number;
}

/** Where a group shall go on: the first record, behind the last one, an offset, or the first not older than a time. */
export type ResetTo = "earliest" | "latest" | { readonly offset: number } | { readonly timestamp: number };

/** Versions above answer by topic id. */
const OFFSETS_BY_NAME_VERSION_MAX = 9;

/** Every offset that the group has committed, by topic and partition. */
export async function committedOffsets(
  client: ClusterClient,
  groupId: string,
  options?: CallOptions,
): Promise<CommittedOffset[]> {
  return await client.retrying(
    async () => {
      const response = await client.requestOnce(
        { to: "group", groupId },
        OffsetFetch,
        { groupId, topics: null, groups: [{ groupId, topics: null }], requireStable: false },
        { versionMax: OFFSETS_BY_NAME_VERSION_MAX },
      );
      // Versions below 8 answer for one group, in the response itself.
      const group = response.groups[0] ?? response;
      const code = errorName(group.errorCode);
      if (code !== "NONE") throw new KafkaError(`read the offsets of group "${groupId}"`, code);
      return group.topics
        .flatMap(({ name, partitions }) =>
          partitions.map((partition) => ({
            topic: name,
            partition: partition.partitionIndex,
            offset: partition.committedOffset,
          })),
        )
        .filter(({ offset }) => offset >= 0)
        .toSorted((a, b) => a.topic.localeCompare(b.topic) || a.partition - b.partition);
    },
    () => client.forgetCoordinator(groupId),
    options,
  );
}

/** Who commits: a member of a generation, or (by default) an outsider, which an active group refuses. */
export interface Committer {
  readonly groupId: string;
  readonly memberId?: string;
  readonly generationId?: number;
}

/** @throws KafkaError UNKNOWN_MEMBER_ID when the group has members and the committer is not one of them. */
export async function commitOffsets(
  client: ClusterClient,
  committer: Committer,
  ...[offsets, options]: [readonly CommittedOffset[], CallOptions?]
): Promise<void> {
  const { groupId, memberId = "", generationId = -1 } = committer;
  const topics = [...Map.groupBy(offsets, ({ topic }) => topic)].map(([name, list]) => ({
    name,
    partitions: list.map(({ partition, offset }) => ({
      partitionIndex: partition,
      committedOffset: offset,
      committedMetadata: "",
    })),
  }));
  await client.retrying(
    async () => {
      const response = await client.requestOnce(
        { to: "group", groupId },
        OffsetCommit,
        { groupId, generationIdOrMemberEpoch: generationId, memberId, topics },
        { versionMax: OFFSETS_BY_NAME_VERSION_MAX },
      );
      for (const { errorCode } of response.topics.flatMap(({ partitions }) => partitions)) {
        if (errorCode !== 0)
          throw new KafkaError(`commit offsets of group "${groupId}"`, errorName(errorCode));
      }
    },
    () => client.forgetCoordinator(groupId),
    options,
  );
}

/** How far the group is in each partition that it has committed an offset for. */
export async function groupOffsets(
  client: ClusterClient,
  groupId: string,
  options?: CallOptions,
): Promise<GroupOffset[]> {
  const committed = await committedOffsets(client, groupId, options);
  const ends = await findOffsets(client, committed.map(atPlace("latest")), options);
  return committed.map((entry, index) => {
    const endOffset = ends[index]!.offset;
    return { ...entry, endOffset, lag: Math.max(0, endOffset - entry.offset) };
  });
}

/** Finds where `to` is in each partition; a time after the last record is behind the last record. */
export async function resolveReset(
  client: ClusterClient,
  partitions: readonly TopicPartition[],
  ...[to, options]: [ResetTo, CallOptions?]
): Promise<CommittedOffset[]> {
  if (typeof to === "object" && "offset" in to) {
    return partitions.map(({ topic, partition }) => ({ topic, partition, offset: to.offset }));
  }
  const place = typeof to === "object" ? to.timestamp : to;
  const found = await findOffsets(client, partitions.map(atPlace(place)), options);
  const late = found.filter(({ offset }) => offset < 0);
  const ends = await findOffsets(client, late.map(atPlace("latest")), options);
  return found.map(({ topic, partition, offset }) => {
    const end = ends.find((entry) => entry.topic === topic && entry.partition === partition);
    return { topic, partition, offset: end?.offset ?? offset };
  });
}

function atPlace(at: OffsetPlace) {
  return ({ topic, partition }: TopicPartition) => ({ topic, partition, at });
}

/**
 * Forgets what the group has committed for these partitions (KIP-496).
 * @throws KafkaError GROUP_SUBSCRIBED_TO_TOPIC while a member reads the topic, GROUP_ID_NOT_FOUND …
 */
export async function deleteGroupOffsets(
  client: ClusterClient,
  groupId: string,
  ...[partitions, options = {}]: [readonly TopicPartition[], CallOptions?]
): Promise<void> {
  const action = `delete offsets of group "${groupId}"`;
  const topics = byTopic(partitions).map(({ topic, partitions: numbers }) => ({
    name: topic,
    partitions: numbers.map((partitionIndex) => ({ partitionIndex })),
  }));
  const check = (response: { errorCode: number }): void => {
    const error = errorIn(action, response);
    if (error !== null) throw error;
  };
  const route = { to: "group", groupId } as const;
  const response = await client.request(route, OffsetDelete, { groupId, topics }, check, options);
  const errors = response.topics.flatMap(({ name, partitions: results }) =>
    results.flatMap((result) => {
      const place = partitionName({ topic: name, partition: result.partitionIndex });
      return errorIn(`${action} for ${place}`, result) ?? [];
    }),
  );
  if (errors.length === 0) return;
  throw partitions.length === 1 ? errors[0]! : new BatchError(errors, partitions.length);
}
