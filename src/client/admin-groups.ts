import { errorName } from "../tables/errors.ts";
import { OffsetCommit } from "../wire/kafka/messages/08-offset-commit.ts";
import { OffsetFetch } from "../wire/kafka/messages/09-offset-fetch.ts";
import { DescribeGroups } from "../wire/kafka/messages/15-describe-groups.ts";
import { ListGroups } from "../wire/kafka/messages/16-list-groups.ts";
import { DeleteGroups } from "../wire/kafka/messages/42-delete-groups.ts";
import { decodeAssignment } from "../wire/kafka/consumer-protocol.ts";
import { DecodeError } from "../wire/kafka/reader.ts";
import { KafkaError } from "./client-error.ts";
import type { ClusterClient } from "./cluster-client.ts";
import type { TopicPartitions } from "./topic-partition.ts";

export interface GroupSummary {
  readonly groupId: string;
  readonly state: string;
  readonly type: string;
  readonly protocolType: string;
}

export interface GroupMember {
  readonly memberId: string;
  readonly instanceId: string | null;
  readonly clientId: string;
  readonly host: string;
  readonly assignment: readonly TopicPartitions[];
}

export interface GroupDescription {
  readonly groupId: string;
  readonly state: string;
  readonly protocol: string;
  readonly members: readonly GroupMember[];
}

export interface CommittedOffset {
  readonly topic: string;
  readonly partition: number;
  /** The next offset to read. */
  readonly offset: number;
}

/** Versions above answer by topic id. */
const OFFSETS_BY_NAME_VERSION_MAX = 9;

/** The groups of all brokers, by name: each broker lists those that it coordinates. */
export async function listGroups(client: ClusterClient): Promise<GroupSummary[]> {
  const { brokers } = await client.metadata([]);
  const lists = await Promise.all(
    [...brokers.keys()].map(async (nodeId) => {
      const route = { to: "node", nodeId } as const;
      const response = await client.request(
        route,
        ListGroups,
        { statesFilter: [], typesFilter: [] },
        ({ errorCode }) => {
          if (errorCode !== 0) throw new KafkaError("list groups", errorName(errorCode));
        },
      );
      return response.groups.map((group) => ({
        groupId: group.groupId,
        state: group.groupState,
        type: group.groupType,
        protocolType: group.protocolType,
      }));
    }),
  );
  return lists.flat().toSorted((a, b) => (a.groupId < b.groupId ? -1 : 1));
}

/** A group that does not exist is described as Dead, as Kafka does. */
export async function describeGroup(client: ClusterClient, groupId: string): Promise<GroupDescription> {
  const route = { to: "group", groupId } as const;
  const body = { groups: [groupId], includeAuthorizedOperations: false };
  const response = await client.request(route, DescribeGroups, body, ({ groups }) => {
    const code = errorName(groups[0]?.errorCode ?? -1);
    // From version 6 on, an unknown group is an error that says the same as the state (KIP-1043).
    if (code === "NONE" || code === "GROUP_ID_NOT_FOUND") return;
    throw new KafkaError(`describe group "${groupId}"`, code);
  });
  const group = response.groups[0]!;
  return {
    groupId,
    state: group.groupState,
    protocol: group.protocolData,
    members: group.members.map((member) => ({
      memberId: member.memberId,
      instanceId: member.groupInstanceId,
      clientId: member.clientId,
      host: member.clientHost,
      assignment: assignedTo(member.memberAssignment),
    })),
  };
}

/** None when the bytes are not of this protocol: Connect workers and others keep their own format. */
function assignedTo(bytes: Buffer): TopicPartitions[] {
  if (bytes.length === 0) return [];
  try {
    return decodeAssignment(bytes).assignedPartitions;
  } catch (error) {
    if (error instanceof DecodeError) return [];
    throw error;
  }
}

export async function deleteGroup(client: ClusterClient, groupId: string): Promise<void> {
  const route = { to: "group", groupId } as const;
  await client.request(route, DeleteGroups, { groupsNames: [groupId] }, ({ results }) => {
    const code = errorName(results[0]?.errorCode ?? -1);
    if (code !== "NONE") throw new KafkaError(`delete group "${groupId}"`, code);
  });
}

/** Every offset that the group has committed, by topic and partition. */
export async function committedOffsets(client: ClusterClient, groupId: string): Promise<CommittedOffset[]> {
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
  offsets: readonly CommittedOffset[],
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
  );
}
