import type { ClassicGroup } from "./classic-group.ts";
import type { GroupError, Turn } from "./decision.ts";
import type { CommittedOffset } from "./group-record.ts";
import type { Groups } from "./groups.ts";
import { ZERO_UUID, type Uuid } from "../../base/uuid.ts";

export interface OffsetCommitRequest {
  readonly groupId: string;
  /** -1 from whoever is not a member: tools, and consumers that assign themselves. */
  readonly generation: number;
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  /** OffsetCommit v2 to v4; -1 leaves it to the broker. */
  readonly retentionTimeMs: number;
  /** Whether the client knows GROUP_ID_NOT_FOUND here (v9). */
  readonly knowsGroupIdNotFound: boolean;
  readonly topics: readonly OffsetCommitTopic[];
}

export interface OffsetCommitTopic {
  readonly name: string;
  readonly topicId: Uuid;
  readonly partitions: readonly OffsetCommitPartition[];
}

export interface OffsetCommitPartition {
  readonly partitionIndex: number;
  readonly committedOffset: number;
  readonly committedLeaderEpoch: number;
  readonly committedMetadata: string | null;
}

/** Errors of the partitions, in the request's order: one list per topic. */
export type OffsetCommitErrors = readonly (readonly GroupError[])[];

/** OffsetCommit. The topics must exist; that is the caller's to check. A commit counts as a heartbeat. */
export function commitOffsets(groups: Groups, turn: Turn, request: OffsetCommitRequest): OffsetCommitErrors {
  const group = groups.find(request.groupId);
  const error = group === null ? validateWithoutGroup(request) : validateCommit(group, request);
  if (error !== "NONE") return request.topics.map((topic) => topic.partitions.map(() => error));
  const member = group?.members.get(request.memberId);
  if (group !== null && member !== undefined) groups.renewSession(group, member, turn);
  return request.topics.map((topic) =>
    topic.partitions.map((partition) => commitOne(groups, turn, { request, topic, partition })),
  );
}

interface OneCommit {
  readonly request: OffsetCommitRequest;
  readonly topic: OffsetCommitTopic;
  readonly partition: OffsetCommitPartition;
}

function commitOne(groups: Groups, turn: Turn, { request, topic, partition }: OneCommit): GroupError {
  const metadata = partition.committedMetadata ?? "";
  if (metadata.length > groups.config.offsetMetadataMaxBytes) return "OFFSET_METADATA_TOO_LARGE";
  const { wallMs } = turn.now;
  turn.records.push({
    kind: "offset",
    groupId: request.groupId,
    topic: topic.name,
    partition: partition.partitionIndex,
    value: {
      offset: partition.committedOffset,
      leaderEpoch: partition.committedLeaderEpoch,
      metadata,
      commitTimestampMs: wallMs,
      expireTimestampMs: request.retentionTimeMs === -1 ? null : wallMs + request.retentionTimeMs,
      topicId: topic.topicId,
    },
  });
  return "NONE";
}

/** Without a generation the commit makes a simple group; with one it comes from a group that is gone. */
function validateWithoutGroup(request: OffsetCommitRequest): GroupError {
  if (request.generation < 0) return "NONE";
  return request.knowsGroupIdNotFound ? "GROUP_ID_NOT_FOUND" : "ILLEGAL_GENERATION";
}

function validateCommit(group: ClassicGroup, request: OffsetCommitRequest): GroupError {
  const { generation, memberId, groupInstanceId } = request;
  if (generation < 0 && group.state === "Empty") return "NONE";
  if (generation < 0 && memberId === "" && groupInstanceId === null) return "UNKNOWN_MEMBER_ID";
  const error = group.validateMember(memberId, groupInstanceId);
  if (error !== "NONE") return error;
  if (generation !== group.generation) return "ILLEGAL_GENERATION";
  // The member is between two assignments: it may not own the partition any more.
  return group.state === "CompletingRebalance" ? "REBALANCE_IN_PROGRESS" : "NONE";
}

export interface FetchedOffset {
  readonly partitionIndex: number;
  readonly committedOffset: number;
  readonly committedLeaderEpoch: number;
  readonly metadata: string;
  readonly error: GroupError;
}

export interface FetchedTopic {
  readonly name: string;
  readonly partitions: readonly FetchedOffset[];
}

/** OffsetFetch of named partitions. What was never committed is -1 without an error. */
export function fetchOffsets(groups: Groups, query: OffsetQuery): FetchedTopic[] {
  return query.topics.map(({ name, topicId, partitionIndexes }) => ({
    name,
    partitions: partitionIndexes.map((partitionIndex) => {
      const isUnstable =
        query.requireStable && groups.state.hasPendingOffset(query.groupId, name, partitionIndex);
      if (isUnstable) return missingOffset(partitionIndex, "UNSTABLE_OFFSET_COMMIT");
      const committed = groups.state.offset(query.groupId, name, partitionIndex);
      // A topic that was deleted and made again begins anew, whatever was committed for its namesake.
      if (committed === undefined || isOfOtherTopic(committed.topicId, topicId)) {
        return missingOffset(partitionIndex, "NONE");
      }
      return fetched(partitionIndex, committed);
    }),
  }));
}

function isOfOtherTopic(committedFor: Uuid, asked: Uuid): boolean {
  return committedFor !== asked && committedFor !== ZERO_UUID && asked !== ZERO_UUID;
}

export interface OffsetQuery {
  readonly groupId: string;
  /** KIP-447: refuse offsets that an open transaction may be about to replace. */
  readonly requireStable: boolean;
  readonly topics: readonly OffsetQueryTopic[];
}

export interface OffsetQueryTopic {
  readonly name: string;
  /** The zero id when the topic does not exist or its id is not known. */
  readonly topicId: Uuid;
  readonly partitionIndexes: readonly number[];
}

/** OffsetFetch of everything that the group has committed. */
export function fetchAllOffsets(
  groups: Groups,
  groupId: string,
  { requireStable }: { requireStable: boolean },
): FetchedTopic[] {
  const topics: FetchedTopic[] = [];
  for (const [name, offsets] of groups.state.offsets(groupId)) {
    const partitions: FetchedOffset[] = [];
    for (const [partitionIndex, committed] of offsets) {
      const isUnstable = requireStable && groups.state.hasPendingOffset(groupId, name, partitionIndex);
      partitions.push(
        isUnstable
          ? missingOffset(partitionIndex, "UNSTABLE_OFFSET_COMMIT")
          : fetched(partitionIndex, committed),
      );
    }
    topics.push({ name, partitions });
  }
  return topics;
}

function fetched(partitionIndex: number, { offset, leaderEpoch, metadata }: CommittedOffset): FetchedOffset {
  return {
    partitionIndex,
    committedOffset: offset,
    committedLeaderEpoch: leaderEpoch,
    metadata,
    error: "NONE",
  };
}

function missingOffset(partitionIndex: number, error: GroupError): FetchedOffset {
  return { partitionIndex, committedOffset: -1, committedLeaderEpoch: -1, metadata: "", error };
}

export interface OffsetDeleteRequest {
  readonly groupId: string;
  readonly topics: readonly { readonly name: string; readonly partitions: readonly number[] }[];
}

export interface OffsetDeleteResponse {
  readonly error: GroupError;
  /** One list per topic, in the request's order; empty when `error` is set. */
  readonly partitions: readonly (readonly GroupError[])[];
}

/** OffsetDelete: only of topics that no live member subscribes. The topics must exist; that is the caller's to check. */
export function deleteOffsets(
  groups: Groups,
  turn: Turn,
  request: OffsetDeleteRequest,
): OffsetDeleteResponse {
  const { groupId } = request;
  if (groupId === "") return { error: "INVALID_GROUP_ID", partitions: [] };
  const group = groups.find(groupId);
  if (group === null) return { error: "GROUP_ID_NOT_FOUND", partitions: [] };
  if (group.state !== "Empty" && group.protocolType !== "consumer")
    return { error: "NON_EMPTY_GROUP", partitions: [] };
  const partitions = request.topics.map(({ name, partitions: indexes }) => {
    if (group.isSubscribedTo(name)) return indexes.map((): GroupError => "GROUP_SUBSCRIBED_TO_TOPIC");
    return indexes.map((partition): GroupError => {
      if (groups.state.offset(groupId, name, partition) !== undefined) forget(turn, groupId, name, partition);
      return "NONE";
    });
  });
  return { error: "NONE", partitions };
}

/** Writes the tombstone of one offset. */
export function forget(turn: Turn, groupId: string, topic: string, partition: number): void {
  turn.records.push({ kind: "offset", groupId, topic, partition, value: null });
}
