import { errorName } from "../../tables/errors.ts";
import { OffsetCommit } from "../../wire/kafka/messages/08-offset-commit.ts";
import { OffsetFetch } from "../../wire/kafka/messages/09-offset-fetch.ts";
import { KafkaError } from "../client-error.ts";
import type { CallOptions, ClusterClient } from "../network/cluster-client.ts";
import type { OffsetToCommit } from "./consumer-record.ts";
import { byTopic, partitionName, type TopicPartition } from "../topic-partition.ts";

/** What a group has committed for a partition. */
export interface OffsetAndMetadata extends TopicPartition {
  /** The next offset to read. */
  readonly offset: number;
  /** Epoch of the last record before it; -1 when it was committed without. */
  readonly leaderEpoch: number;
  readonly metadata: string;
}

/** Who commits. A consumer that takes no part in the group's rebalances has no member id and generation -1. */
export interface Committer {
  readonly groupId: string;
  readonly memberId: string;
  readonly generationId: number;
  readonly groupInstanceId: string | null;
}

/** Versions above name topics by id alone. */
const BY_NAME_VERSION_MAX = 9;

/**
 * What the group has committed for these partitions; those without are left out. Waits for open transactions that
 * commit offsets (KIP-447): the offset before theirs would hand out records twice.
 */
export async function fetchCommitted(
  client: ClusterClient,
  groupId: string,
  ...[partitions, options]: [readonly TopicPartition[], CallOptions?]
): Promise<OffsetAndMetadata[]> {
  const topics = byTopic(partitions).map((entry) => ({
    name: entry.topic,
    partitionIndexes: [...entry.partitions],
  }));
  return await client.retrying(
    async () => {
      const response = await client.requestOnce(
        { to: "group", groupId },
        OffsetFetch,
        { groupId, topics, groups: [{ groupId, topics }], requireStable: true },
        { versionMax: BY_NAME_VERSION_MAX },
      );
      // Versions below 8 answer for one group, in the response itself.
      const group = response.groups[0] ?? response;
      refuse(`read the offsets of group "${groupId}"`, group.errorCode);
      return group.topics.flatMap(({ name, partitions: answers }) =>
        answers
          .map((answer) => {
            const place = { topic: name, partition: answer.partitionIndex };
            refuse(`read the offset of group "${groupId}" in ${partitionName(place)}`, answer.errorCode);
            const { committedOffset, committedLeaderEpoch, metadata } = answer;
            return {
              ...place,
              offset: committedOffset,
              leaderEpoch: committedLeaderEpoch,
              metadata: metadata ?? "",
            };
          })
          .filter(({ offset }) => offset >= 0),
      );
    },
    () => client.forgetCoordinator(groupId),
    options,
  );
}

/**
 * One try.
 * @throws KafkaError for the first partition that was refused; the others have been committed.
 */
export async function commitGroupOffsets(
  client: ClusterClient,
  committer: Committer,
  offsets: readonly OffsetToCommit[],
): Promise<void> {
  const { groupId, memberId, generationId, groupInstanceId } = committer;
  const topics = [...Map.groupBy(offsets, ({ topic }) => topic)].map(([name, list]) => ({
    name,
    partitions: list.map(({ partition, offset, leaderEpoch = -1, metadata = "" }) => ({
      partitionIndex: partition,
      committedOffset: offset,
      committedLeaderEpoch: leaderEpoch,
      committedMetadata: metadata,
    })),
  }));
  const response = await client.requestOnce(
    { to: "group", groupId },
    OffsetCommit,
    { groupId, generationIdOrMemberEpoch: generationId, memberId, groupInstanceId, topics },
    { versionMax: BY_NAME_VERSION_MAX },
  );
  for (const { name, partitions } of response.topics) {
    for (const { partitionIndex, errorCode } of partitions) {
      const place = partitionName({ topic: name, partition: partitionIndex });
      refuse(`commit the offset of group "${groupId}" in ${place}`, errorCode);
    }
  }
}

function refuse(action: string, errorCode: number): void {
  if (errorCode !== 0) throw new KafkaError(action, errorName(errorCode));
}
