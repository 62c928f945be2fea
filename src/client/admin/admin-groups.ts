import { decodeAssignment } from "../../wire/kafka/consumer-protocol.ts";
import { DescribeGroups } from "../../wire/kafka/messages/15-describe-groups.ts";
import { ListGroups } from "../../wire/kafka/messages/16-list-groups.ts";
import { DeleteGroups } from "../../wire/kafka/messages/42-delete-groups.ts";
import { ConsumerGroupDescribe } from "../../wire/kafka/messages/69-consumer-group-describe.ts";
import { DecodeError } from "../../wire/kafka/reader.ts";
import type { ResponseOf } from "../../wire/kafka/schema.ts";
import { BatchError, atCoordinator, atNode, errorIn, inBatches } from "./admin-batch.ts";
import { ClientError, KafkaError } from "../client-error.ts";
import type { CallOptions, ClusterClient, Route } from "../network/cluster-client.ts";
import type { TopicPartitions } from "../topic-partition.ts";

export interface GroupSummary {
  readonly groupId: string;
  /** "Stable", "Empty", "PreparingRebalance" …; "" from a broker older than 2.6. */
  readonly state: string;
  /** "Classic", "Consumer", "Share", "Streams"; "" from a broker older than 3.8. */
  readonly type: string;
  /** "consumer" for consumers; others (Connect workers) have protocols of their own. */
  readonly protocolType: string;
}

export interface GroupMember {
  readonly memberId: string;
  /** Null unless it is a static member. */
  readonly instanceId: string | null;
  readonly clientId: string;
  readonly host: string;
  readonly assignment: readonly TopicPartitions[];
}

export interface GroupDescription {
  readonly groupId: string;
  /** "Dead" for a group that does not exist. */
  readonly state: string;
  /** The assignor that the members agreed on; "" while there is none. */
  readonly protocol: string;
  readonly members: readonly GroupMember[];
}

export interface ListGroupsOptions extends CallOptions {
  /** Only groups in these states, "Stable" for instance; brokers know this since 2.6. */
  readonly states?: readonly string[];
}

/** The groups of all brokers, by name: each broker lists those that it coordinates. */
export async function listGroups(
  client: ClusterClient,
  options: ListGroupsOptions = {},
): Promise<GroupSummary[]> {
  const { states = [] } = options;
  const { brokers } = await client.metadata([], options);
  const batch = {
    items: [...brokers.keys()],
    ...atNode,
    async send(route: Route) {
      const body = { statesFilter: [...states], typesFilter: [] };
      const response = await client.requestOnce(route, ListGroups, body, {
        versionMin: states.length > 0 ? 4 : 0,
      });
      const list = response.groups.map((group) => ({
        groupId: group.groupId,
        state: group.groupState,
        type: group.groupType,
        protocolType: group.protocolType,
      }));
      return [errorIn("list groups", response) ?? list];
    },
  };
  const lists = await inBatches<number, GroupSummary[]>(client, batch, options);
  return lists.flat().toSorted((a, b) => (a.groupId < b.groupId ? -1 : 1));
}

/** Those that do not exist are described as Dead, as Kafka does. */
export async function describeGroups(
  client: ClusterClient,
  groupIds: readonly string[],
  options: CallOptions = {},
): Promise<GroupDescription[]> {
  const batch = {
    items: groupIds,
    ...atCoordinator(client),
    async send(route: Route, items: readonly string[]) {
      const body = { groups: [...items], includeAuthorizedOperations: false };
      const { groups } = await client.requestOnce(route, DescribeGroups, body);
      return items.map((groupId) => {
        const group = groups.find((candidate) => candidate.groupId === groupId);
        const error = errorIn(`describe group "${groupId}"`, group);
        // From version 6 on, an unknown group is an error that says the same as the state (KIP-1043).
        if (error !== null && error.code !== "GROUP_ID_NOT_FOUND") return error;
        return classicGroup(group!);
      });
    },
  };
  const described = await inBatches<string, GroupDescription>(client, batch, options);
  // A group of the newer protocol is not there for the older request (KIP-848).
  const missing = described.filter(({ state }) => state === "Dead").map(({ groupId }) => groupId);
  const newer = missing.length === 0 ? [] : await describeConsumerGroups(client, missing, options);
  return described.map((group) => newer.find(({ groupId }) => groupId === group.groupId) ?? group);
}

type ClassicGroup = ResponseOf<typeof DescribeGroups>["groups"][number];

function classicGroup(group: ClassicGroup): GroupDescription {
  return {
    groupId: group.groupId,
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

/** Those of them that are groups of the newer protocol; none where the broker does not know it. */
async function describeConsumerGroups(
  client: ClusterClient,
  groupIds: readonly string[],
  options: CallOptions,
): Promise<GroupDescription[]> {
  const batch = {
    items: groupIds,
    ...atCoordinator(client),
    async send(route: Route, items: readonly string[]) {
      const body = { groupIds: [...items], includeAuthorizedOperations: false };
      const { groups } = await client.requestOnce(route, ConsumerGroupDescribe, body);
      return items.map((groupId) => {
        const group = groups.find((candidate) => candidate.groupId === groupId);
        const error = errorIn(`describe group "${groupId}"`, group);
        if (error?.code === "GROUP_ID_NOT_FOUND") return null;
        return error ?? consumerGroup(group!);
      });
    },
  };
  try {
    const found = await inBatches<string, GroupDescription | null>(client, batch, options);
    return found.filter((group) => group !== null);
  } catch (error) {
    const errors = error instanceof BatchError ? error.errors : [error];
    if (errors.every(saysUnsupported)) return [];
    throw error;
  }
}

function saysUnsupported(error: unknown): boolean {
  if (error instanceof ClientError) return error.kind === "unsupported";
  return error instanceof KafkaError && error.code === "UNSUPPORTED_VERSION";
}

type ConsumerGroup = ResponseOf<typeof ConsumerGroupDescribe>["groups"][number];

function consumerGroup(group: ConsumerGroup): GroupDescription {
  return {
    groupId: group.groupId,
    state: group.groupState,
    protocol: group.assignorName,
    members: group.members.map((member) => ({
      memberId: member.memberId,
      instanceId: member.instanceId,
      clientId: member.clientId,
      host: member.clientHost,
      assignment: member.assignment.topicPartitions.map(({ topicName, partitions }) => ({
        topic: topicName,
        partitions,
      })),
    })),
  };
}

/** @throws KafkaError NON_EMPTY_GROUP, GROUP_ID_NOT_FOUND … */
export async function deleteGroups(
  client: ClusterClient,
  groupIds: readonly string[],
  options: CallOptions = {},
): Promise<void> {
  const batch = {
    items: groupIds,
    ...atCoordinator(client),
    async send(route: Route, items: readonly string[]) {
      const { results } = await client.requestOnce(route, DeleteGroups, { groupsNames: [...items] });
      return items.map((groupId) => {
        const result = results.find((candidate) => candidate.groupId === groupId);
        return errorIn(`delete group "${groupId}"`, result) ?? true;
      });
    },
  };
  await inBatches(client, batch, options);
}
