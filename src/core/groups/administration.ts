import type { ClassicGroup } from "./classic-group.ts";
import { NO_BYTES } from "./decision.ts";
import type { GroupError, Turn } from "./decision.ts";
import type { Groups } from "./groups.ts";
import { forget } from "./offsets.ts";

export interface DescribedGroup {
  readonly error: GroupError;
  readonly groupId: string;
  readonly groupState: string;
  readonly protocolType: string;
  readonly protocolData: string;
  readonly members: readonly DescribedMember[];
}

export interface DescribedMember {
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly clientId: string;
  readonly clientHost: string;
  readonly memberMetadata: Buffer;
  readonly memberAssignment: Buffer;
}

/** DescribeGroups of one group. A group that is not there is Dead; whether that is an error depends on the version. */
export function describeGroup(groups: Groups, groupId: string): DescribedGroup {
  const group = groups.find(groupId);
  if (group === null) {
    const error = "GROUP_ID_NOT_FOUND";
    return { error, groupId, groupState: "Dead", protocolType: "", protocolData: "", members: [] };
  }
  const isStable = group.state === "Stable";
  return {
    error: "NONE",
    groupId,
    groupState: group.state,
    protocolType: group.protocolType,
    protocolData: isStable ? (group.protocolName ?? "") : "",
    members: [...group.members.values()].map((member) => ({
      memberId: member.memberId,
      groupInstanceId: member.groupInstanceId,
      clientId: member.clientId,
      clientHost: member.clientHost,
      // Between two generations there is no protocol whose metadata could be shown.
      memberMetadata: isStable ? group.metadataOf(member) : NO_BYTES,
      memberAssignment: member.assignment,
    })),
  };
}

export interface ListedGroup {
  readonly groupId: string;
  readonly protocolType: string;
  readonly groupState: string;
  readonly groupType: string;
}

/** ListGroups. The filters are without regard to case; an empty one lets everything through. */
export function listGroups(groups: Groups, filter: GroupFilter): ListedGroup[] {
  const states = new Set(filter.states.map((state) => state.toLowerCase()));
  const types = new Set(filter.types.map((type) => type.toLowerCase()));
  if (types.size > 0 && !types.has("classic")) return [];
  const listed: ListedGroup[] = [];
  for (const groupId of groups.state.groupIds()) {
    const group = groups.find(groupId)!;
    if (states.size > 0 && !states.has(group.state.toLowerCase())) continue;
    listed.push({ groupId, protocolType: group.protocolType, groupState: group.state, groupType: "classic" });
  }
  return listed;
}

export interface GroupFilter {
  readonly states: readonly string[];
  readonly types: readonly string[];
}

/** DeleteGroups of one group, with its offsets. */
export function deleteGroup(groups: Groups, turn: Turn, groupId: string): GroupError {
  const group = groups.find(groupId);
  if (group === null) return "GROUP_ID_NOT_FOUND";
  if (group.state !== "Empty") return "NON_EMPTY_GROUP";
  for (const [topic, offsets] of groups.state.offsets(groupId)) {
    for (const partition of offsets.keys()) forget(turn, groupId, topic, partition);
  }
  for (const { topic, partition } of groups.state.pendingOffsets(groupId))
    forget(turn, groupId, topic, partition);
  bury(groups, turn, groupId);
  return "NONE";
}

/** The offsets of a topic go with it, whoever committed them. */
export function forgetTopics(groups: Groups, turn: Turn, topics: ReadonlySet<string>): void {
  for (const groupId of groups.state.groupIds()) {
    for (const [topic, offsets] of groups.state.offsets(groupId)) {
      if (!topics.has(topic)) continue;
      for (const partition of offsets.keys()) forget(turn, groupId, topic, partition);
    }
    for (const { topic, partition } of groups.state.pendingOffsets(groupId)) {
      if (topics.has(topic)) forget(turn, groupId, topic, partition);
    }
  }
}

/** The periodic clean-up: offsets past their retention, then groups with nothing left. */
export function expireOffsets(groups: Groups, turn: Turn): void {
  for (const groupId of groups.state.groupIds()) {
    const group = groups.find(groupId)!;
    const isBare = expireOffsetsOf(groups, group, turn);
    if (isBare && group.state === "Empty" && group.pendingMembers.size === 0) bury(groups, turn, groupId);
  }
}

/** Returns whether the group keeps no offset. */
function expireOffsetsOf(groups: Groups, group: ClassicGroup, turn: Turn): boolean {
  const { state } = groups;
  const { groupId } = group;
  let isBare = !state.hasPendingOffsets(groupId);
  const since = expiryStart(group);
  for (const [topic, offsets] of state.offsets(groupId)) {
    const keepsAll = since === null || group.isSubscribedTo(topic);
    for (const [partition, committed] of offsets) {
      const startMs = since === "commit" ? committed.commitTimestampMs : (since ?? 0);
      const expiresMs = committed.expireTimestampMs ?? startMs + groups.config.offsetsRetentionMs;
      const isDue =
        !keepsAll && turn.now.wallMs >= expiresMs && !state.hasPendingOffset(groupId, topic, partition);
      if (isDue) forget(turn, groupId, topic, partition);
      else isBare = false;
    }
  }
  return isBare;
}

/**
 * From when the retention of a group's offsets counts: from each commit, or from one time for all; null keeps all.
 * A simple group has no other sign of life than its commits. A group whose members left lives on until it has been
 * empty for the whole retention. A group of consumers that is at work loses only what nobody subscribes any more.
 */
function expiryStart(group: ClassicGroup): "commit" | number | null {
  if (group.protocolType === "") return "commit";
  if (group.state === "Empty") return group.stateTimestampMs === -1 ? "commit" : group.stateTimestampMs;
  return group.state === "Stable" && group.subscribedTopics !== null ? "commit" : null;
}

function bury(groups: Groups, turn: Turn, groupId: string): void {
  turn.records.push({ kind: "group", groupId, value: null });
  groups.remove(groupId);
}
