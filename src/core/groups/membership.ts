import type { ClassicGroup } from "./classic-group.ts";
import type { GroupError, Turn } from "./decision.ts";
import type { Groups } from "./groups.ts";
import type { RebalanceReason } from "./rebalance-reason.ts";
import {
  completeJoinIfAllHere,
  endJoinPhase,
  prepareRebalance,
  rebalanceOrComplete,
  refuseParked,
} from "./rebalance.ts";

export interface HeartbeatRequest {
  readonly groupId: string;
  readonly generation: number;
  readonly memberId: string;
  readonly groupInstanceId: string | null;
}

/** Heartbeat. A member of a group that prepares a rebalance is alive, and hears that it must join again. */
export function heartbeat(groups: Groups, turn: Turn, request: HeartbeatRequest): GroupError {
  if (request.groupId === "") return "INVALID_GROUP_ID";
  const group = groups.find(request.groupId);
  if (group === null) return "UNKNOWN_MEMBER_ID";
  const error = group.validateMember(request.memberId, request.groupInstanceId);
  if (error !== "NONE") return error;
  if (request.generation !== group.generation) return "ILLEGAL_GENERATION";
  groups.renewSession(group, group.members.get(request.memberId)!, turn);
  return group.state === "PreparingRebalance" ? "REBALANCE_IN_PROGRESS" : "NONE";
}

export interface LeaveRequest {
  readonly groupId: string;
  readonly members: readonly LeavingMember[];
}

export interface LeavingMember {
  readonly memberId: string;
  readonly groupInstanceId: string | null;
}

export interface LeaveResponse {
  readonly error: GroupError;
  /** One for each of the request's, in its order. */
  readonly members: readonly {
    readonly memberId: string;
    readonly groupInstanceId: string | null;
    readonly error: GroupError;
  }[];
}

/** LeaveGroup: each member is judged alone, then one rebalance serves for all that left. */
export function leaveGroup(groups: Groups, turn: Turn, request: LeaveRequest): LeaveResponse {
  if (request.groupId === "") return { error: "INVALID_GROUP_ID", members: [] };
  const group = groups.find(request.groupId);
  const members = request.members.map(({ memberId, groupInstanceId }) => ({
    memberId,
    groupInstanceId,
    error:
      group === null ? ("UNKNOWN_MEMBER_ID" as const) : leave(group, turn, { memberId, groupInstanceId }),
  }));
  const gone = members.filter((member) => member.error === "NONE");
  if (group !== null && gone.length > 0) {
    for (const { memberId, groupInstanceId } of gone) {
      turn.note(group, `member ${memberId === "" ? groupInstanceId : memberId} leaves`);
    }
    reactToDeparture(groups, group, turn, "leave");
  }
  return { error: "NONE", members };
}

/** An operator removes a static member by its instance id alone; members themselves say who they are. */
function leave(group: ClassicGroup, turn: Turn, { memberId, groupInstanceId }: LeavingMember): GroupError {
  if (memberId === "") {
    const seat = groupInstanceId === null ? undefined : group.staticMembers.get(groupInstanceId);
    if (seat === undefined) return "UNKNOWN_MEMBER_ID";
    removeMember(group, turn, seat);
    return "NONE";
  }
  const error = group.pendingMembers.has(memberId) ? "NONE" : group.validateMember(memberId, groupInstanceId);
  if (error === "NONE") removeMember(group, turn, memberId);
  return error;
}

/** Does everything of a group that is due, in the order of the deadlines. */
export function expireGroup(groups: Groups, group: ClassicGroup, turn: Turn): void {
  for (;;) {
    const first = earliestDeadline(group);
    if (first === null) return;
    if (first.atMs > turn.now.monotonicMs) return groups.deadlines.schedule(group.groupId, first.atMs);
    if (first.kind === "join") endJoinPhase(groups, group, turn);
    else if (first.kind === "sync") expireSyncs(groups, group, turn);
    else {
      noteExpiry(group, turn, first.memberId);
      removeMember(group, turn, first.memberId);
      reactToDeparture(groups, group, turn, "session-timeout");
    }
  }
}

function noteExpiry(group: ClassicGroup, turn: Turn, memberId: string): void {
  const member = group.members.get(memberId);
  if (member === undefined) return; // It was given an id and never came.
  const { sessionTimeoutMs } = member;
  turn.note(
    group,
    `member ${memberId} is out: no heartbeat within its session timeout of ${sessionTimeoutMs} ms`,
  );
}

type Deadline =
  | { readonly kind: "join"; readonly atMs: number }
  | { readonly kind: "sync"; readonly atMs: number }
  | { readonly kind: "session"; readonly atMs: number; readonly memberId: string };

function earliestDeadline(group: ClassicGroup): Deadline | null {
  let first: Deadline = { kind: "join", atMs: group.deadlines.join?.atMs ?? Infinity };
  const { sync } = group.deadlines;
  if (sync !== null && sync < first.atMs) first = { kind: "sync", atMs: sync };
  for (const [memberId, atMs] of group.pendingMembers) {
    if (atMs < first.atMs) first = { kind: "session", atMs, memberId };
  }
  for (const member of group.members.values()) {
    const isParked = member.parkedSync !== null || (member.parkedJoin !== null && !member.isNew);
    if (isParked || member.sessionDeadlineMs >= first.atMs) continue;
    first = { kind: "session", atMs: member.sessionDeadlineMs, memberId: member.memberId };
  }
  return first.atMs === Infinity ? null : first;
}

/** Members that were told their generation and never asked for their part of it are out. */
function expireSyncs(groups: Groups, group: ClassicGroup, turn: Turn): void {
  group.deadlines.sync = null;
  for (const memberId of group.pendingSync) {
    turn.note(group, `member ${memberId} is out: it did not ask for its assignment in time`);
    removeMember(group, turn, memberId);
  }
  prepareRebalance(groups, group, turn, "sync-timeout");
}

function removeMember(group: ClassicGroup, turn: Turn, memberId: string): void {
  const member = group.remove(memberId);
  if (member !== undefined) refuseParked(member, turn, "UNKNOWN_MEMBER_ID");
}

function reactToDeparture(groups: Groups, group: ClassicGroup, turn: Turn, reason: RebalanceReason): void {
  if (group.state === "Empty") return;
  if (group.state === "PreparingRebalance") completeJoinIfAllHere(groups, group, turn);
  else rebalanceOrComplete(groups, group, turn, reason);
}
