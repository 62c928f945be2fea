import type { ClassicGroup, ClassicMember } from "./classic-group.ts";
import { NO_BYTES, syncRefusal } from "./decision.ts";
import type { GroupError, StoredAssignment, SyncResponse, Ticket, Turn } from "./decision.ts";
import type { Groups } from "./groups.ts";

export interface SyncRequest {
  readonly ticket: Ticket;
  readonly groupId: string;
  readonly generation: number;
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  /** From SyncGroup v5; null before. */
  readonly protocolType: string | null;
  readonly protocolName: string | null;
  readonly assignments: readonly { readonly memberId: string; readonly assignment: Buffer }[];
}

/** SyncGroup: the leader brings the assignment of its generation, everybody waits for the own part of it. */
export function syncGroup(groups: Groups, turn: Turn, request: SyncRequest): void {
  const { ticket, groupId, memberId } = request;
  if (groupId === "") return turn.answerSync(ticket, syncRefusal("INVALID_GROUP_ID"));
  const group = groups.find(groupId);
  const error = group === null ? "UNKNOWN_MEMBER_ID" : validate(group, request);
  if (group === null || error !== "NONE") return turn.answerSync(ticket, syncRefusal(error));
  const member = group.members.get(memberId)!;
  group.pendingSync.delete(memberId);
  if (group.pendingSync.size === 0) group.deadlines.sync = null;
  if (group.state === "Stable") return turn.answerSync(ticket, assignmentOf(group, member));
  if (member.parkedSync !== null) turn.answerSync(member.parkedSync, syncRefusal("REBALANCE_IN_PROGRESS"));
  member.parkedSync = ticket;
  if (group.leader === memberId) storeAssignment(group, turn, request);
}

/** The leader's assignment is committed. If the group has moved on meanwhile, it is of no use any more. */
export function assignmentStored(groups: Groups, turn: Turn, stored: StoredAssignment): void {
  const group = groups.find(stored.groupId);
  if (group === null || group.state !== "CompletingRebalance" || group.generation !== stored.generation)
    return;
  group.moveTo("Stable", turn.now.wallMs);
  for (const member of group.members.values()) {
    member.assignment = stored.assignments.get(member.memberId) ?? NO_BYTES;
    if (member.parkedSync === null) continue;
    turn.answerSync(member.parkedSync, assignmentOf(group, member));
    member.parkedSync = null;
    groups.renewSession(group, member, turn);
  }
}

function validate(group: ClassicGroup, request: SyncRequest): GroupError {
  const error = group.validateMember(request.memberId, request.groupInstanceId);
  if (error !== "NONE") return error;
  if (request.generation !== group.generation) return "ILLEGAL_GENERATION";
  if (
    differs(request.protocolType, group.protocolType) ||
    differs(request.protocolName, group.protocolName)
  ) {
    return "INCONSISTENT_GROUP_PROTOCOL";
  }
  return group.state === "PreparingRebalance" ? "REBALANCE_IN_PROGRESS" : "NONE";
}

function differs(asked: string | null, actual: string | null): boolean {
  return asked !== null && actual !== null && asked !== actual;
}

/** Members that the leader left out get no bytes; ids that are not members are dropped. */
function storeAssignment(group: ClassicGroup, turn: Turn, request: SyncRequest): void {
  const assignments = new Map<string, Buffer>();
  for (const { memberId, assignment } of request.assignments) {
    if (group.members.has(memberId)) assignments.set(memberId, assignment);
  }
  turn.records.push({ kind: "group", groupId: group.groupId, value: group.toMetadata(assignments) });
  turn.stored.push({ groupId: group.groupId, generation: group.generation, assignments });
}

function assignmentOf(group: ClassicGroup, member: ClassicMember): SyncResponse {
  const { protocolType, protocolName } = group;
  return { error: "NONE", protocolType, protocolName, assignment: member.assignment };
}
