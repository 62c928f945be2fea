import type { ClassicGroup, ClassicMember } from "./classic-group.ts";
import { joinRefusal, NO_BYTES, syncRefusal } from "./decision.ts";
import type { GroupError, JoinResponse, Turn } from "./decision.ts";
import type { Groups } from "./groups.ts";
import type { RebalanceReason } from "./rebalance-reason.ts";

/** Something about the membership changed: begin a rebalance, or see whether the running one can end. */
export function rebalanceOrComplete(
  groups: Groups,
  group: ClassicGroup,
  turn: Turn,
  reason: RebalanceReason,
): void {
  if (group.state === "PreparingRebalance") completeJoinIfAllHere(groups, group, turn);
  else prepareRebalance(groups, group, turn, reason);
}

export function prepareRebalance(
  groups: Groups,
  group: ClassicGroup,
  turn: Turn,
  reason: RebalanceReason,
): void {
  turn.rebalances.push(reason);
  if (group.state === "CompletingRebalance") dropAssignments(groups, group, turn);
  group.deadlines.sync = null;
  const isInitial = group.state === "Empty";
  group.moveTo("PreparingRebalance", turn.now.wallMs);
  if (isInitial) {
    const delayMs = groups.config.initialRebalanceDelayMs;
    const remainingMs = Math.max(group.rebalanceTimeoutMs() - delayMs, 0);
    setJoinDeadline({ groups, group, turn, delayMs, initial: { delayMs, remainingMs } });
  } else if (group.hasEverybodyJoined()) {
    completeJoin(groups, group, turn);
  } else {
    setJoinDeadline({ groups, group, turn, delayMs: group.rebalanceTimeoutMs(), initial: null });
  }
}

/** The first rebalance of a group always waits for its delay: more members are likely to come. */
export function completeJoinIfAllHere(groups: Groups, group: ClassicGroup, turn: Turn): void {
  if (group.state !== "PreparingRebalance" || group.previousState === "Empty") return;
  if (group.hasEverybodyJoined()) completeJoin(groups, group, turn);
}

/** The join deadline has come. */
export function endJoinPhase(groups: Groups, group: ClassicGroup, turn: Turn): void {
  const initial = group.deadlines.join?.initial ?? null;
  group.deadlines.join = null;
  if (initial === null || !group.newMemberAdded || initial.remainingMs === 0) {
    completeJoin(groups, group, turn);
    return;
  }
  group.newMemberAdded = false;
  const delayMs = Math.min(groups.config.initialRebalanceDelayMs, initial.remainingMs);
  const remainingMs = Math.max(initial.remainingMs - initial.delayMs, 0);
  setJoinDeadline({ groups, group, turn, delayMs, initial: { delayMs, remainingMs } });
}

/**
 * Ends the join phase with those who are here. Dynamic members that did not come back are out; static ones keep
 * their seat, and when only such are left the group waits for another rebalance timeout.
 */
export function completeJoin(groups: Groups, group: ClassicGroup, turn: Turn): void {
  group.deadlines.join = null;
  group.newMemberAdded = false;
  for (const member of group.members.values()) {
    if (member.parkedJoin !== null || member.groupInstanceId !== null) continue;
    group.remove(member.memberId);
    turn.note(group, `member ${member.memberId} is out: it did not join again within the rebalance timeout`);
  }
  if (!electLeader(group) && group.members.size > 0) {
    // At least a moment, or a timeout of zero would have us try for ever in one tick.
    setJoinDeadline({ groups, group, turn, delayMs: Math.max(group.rebalanceTimeoutMs(), 1), initial: null });
    return;
  }
  group.generation += 1;
  turn.note(group, `generation ${group.generation} begins with ${membersText(group)}`);
  group.pendingSync.clear();
  if (group.members.size === 0) becomeEmpty(group, turn);
  else becomeCompleting(groups, group, turn);
}

/** The current generation, as a member that joins it is told. Only the leader is told who the others are. */
export function currentGeneration(group: ClassicGroup, memberId: string): JoinResponse {
  return {
    error: "NONE",
    generation: group.generation,
    protocolType: group.protocolType,
    protocolName: group.protocolName,
    leader: group.leader ?? "",
    skipAssignment: false,
    memberId,
    members: group.leader === memberId ? group.joinedMembers() : [],
  };
}

/** Answers whatever the member waits for with a refusal; for members that leave, expire or are replaced. */
export function refuseParked(member: ClassicMember, turn: Turn, error: GroupError): void {
  const memberId = error === "UNKNOWN_MEMBER_ID" ? "" : member.memberId;
  if (member.parkedJoin !== null) turn.answerJoin(member.parkedJoin, joinRefusal(error, memberId));
  if (member.parkedSync !== null) turn.answerSync(member.parkedSync, syncRefusal(error));
  member.parkedJoin = null;
  member.parkedSync = null;
}

export function setSyncDeadline(groups: Groups, group: ClassicGroup, turn: Turn): void {
  group.deadlines.sync = turn.now.monotonicMs + group.rebalanceTimeoutMs();
  groups.deadlines.schedule(group.groupId, group.deadlines.sync);
}

function membersText({ members }: ClassicGroup): string {
  return members.size === 1 ? "1 member" : `${members.size} members`;
}

function becomeEmpty(group: ClassicGroup, turn: Turn): void {
  group.protocolName = null;
  group.leader = null;
  group.moveTo("Empty", turn.now.wallMs);
  group.refreshSubscribedTopics();
  turn.records.push({ kind: "group", groupId: group.groupId, value: group.toMetadata(null) });
}

function becomeCompleting(groups: Groups, group: ClassicGroup, turn: Turn): void {
  group.protocolName = group.selectProtocol();
  group.moveTo("CompletingRebalance", turn.now.wallMs);
  group.refreshSubscribedTopics();
  for (const member of group.members.values()) {
    if (member.parkedJoin !== null)
      turn.answerJoin(member.parkedJoin, currentGeneration(group, member.memberId));
    member.parkedJoin = null;
    member.isNew = false;
    group.pendingSync.add(member.memberId);
    groups.renewSession(group, member, turn);
  }
  setSyncDeadline(groups, group, turn);
}

/** Whoever waits for an assignment of a generation that is over has to join again. */
function dropAssignments(groups: Groups, group: ClassicGroup, turn: Turn): void {
  for (const member of group.members.values()) {
    member.assignment = NO_BYTES;
    if (member.parkedSync === null) continue;
    turn.answerSync(member.parkedSync, syncRefusal("REBALANCE_IN_PROGRESS"));
    member.parkedSync = null;
    groups.renewSession(group, member, turn);
  }
}

/** Keeps the leader if it came back, else takes the first member that did. False when nobody did. */
function electLeader(group: ClassicGroup): boolean {
  const leader = group.leader === null ? undefined : group.members.get(group.leader);
  if (leader !== undefined && leader.parkedJoin !== null) return true;
  for (const member of group.members.values()) {
    if (member.parkedJoin === null) continue;
    group.leader = member.memberId;
    return true;
  }
  return false;
}

interface JoinPhase {
  readonly groups: Groups;
  readonly group: ClassicGroup;
  readonly turn: Turn;
  readonly delayMs: number;
  readonly initial: { readonly delayMs: number; readonly remainingMs: number } | null;
}

function setJoinDeadline({ groups, group, turn, delayMs, initial }: JoinPhase): void {
  const atMs = turn.now.monotonicMs + Math.max(delayMs, 0);
  group.deadlines.join = { atMs, initial };
  groups.deadlines.schedule(group.groupId, atMs);
}
