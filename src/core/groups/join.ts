import type { ClassicGroup, ClassicMember, MemberProtocol } from "./classic-group.ts";
import { sameProtocols } from "./classic-group.ts";
import { joinRefusal, NO_BYTES } from "./decision.ts";
import type { GroupError, Ticket, Turn } from "./decision.ts";
import { NEW_MEMBER_JOIN_TIMEOUT_MS } from "./group-config.ts";
import type { GroupMetadata } from "./group-record.ts";
import type { Groups } from "./groups.ts";
import {
  completeJoinIfAllHere,
  currentGeneration,
  prepareRebalance,
  rebalanceOrComplete,
  refuseParked,
} from "./rebalance.ts";

export interface JoinRequest {
  readonly ticket: Ticket;
  readonly groupId: string;
  readonly sessionTimeoutMs: number;
  /** JoinGroup v0 has none: the session timeout stands in. */
  readonly rebalanceTimeoutMs: number;
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly protocolType: string;
  readonly protocols: readonly MemberProtocol[];
  readonly clientId: string;
  readonly clientHost: string;
  /** KIP-394, from JoinGroup v4: a dynamic member is given its id first and joins with it. */
  readonly requiresKnownMemberId: boolean;
  /** KIP-814, from v9: a static leader that comes back can be told to leave the assignment alone. */
  readonly supportsSkippingAssignment: boolean;
}

/** JoinGroup. Every path either parks the ticket at a member or answers it. */
export function joinGroup(groups: Groups, turn: Turn, request: JoinRequest): void {
  const { groupId, memberId, sessionTimeoutMs } = request;
  if (groupId === "") return refuse(turn, request, "INVALID_GROUP_ID");
  const { minSessionTimeoutMs, maxSessionTimeoutMs } = groups.config;
  if (sessionTimeoutMs < minSessionTimeoutMs || sessionTimeoutMs > maxSessionTimeoutMs) {
    return refuse(turn, request, "INVALID_SESSION_TIMEOUT");
  }
  const known = groups.find(groupId);
  if (known === null) {
    if (memberId !== "") return refuse(turn, request, "UNKNOWN_MEMBER_ID");
    // A new group is in the log from its first breath, as Kafka has it (also when the join is refused), and nobody
    // hears of it before.
    turn.records.push({ kind: "group", groupId, value: newGroup(turn.now.wallMs) });
  }
  const group = known ?? groups.create(groupId);
  if (!hasRoomFor(groups, group, memberId)) {
    turnAway(groups, group, turn, request);
  } else if (!group.supports(request.protocolType, request.protocols)) {
    refuse(turn, request, "INCONSISTENT_GROUP_PROTOCOL");
  } else if (memberId === "") {
    joinWithoutId(groups, group, turn, request);
  } else {
    joinWithId(groups, group, turn, request);
  }
}

function newGroup(currentStateTimestampMs: number): GroupMetadata {
  return {
    protocolType: "",
    generation: 0,
    protocolName: null,
    leader: null,
    currentStateTimestampMs,
    members: [],
  };
}

function turnAway(groups: Groups, group: ClassicGroup, turn: Turn, request: JoinRequest): void {
  const removed = group.remove(request.memberId);
  if (removed !== undefined) refuseParked(removed, turn, "UNKNOWN_MEMBER_ID");
  turn.answerJoin(request.ticket, joinRefusal("GROUP_MAX_SIZE_REACHED", ""));
  completeJoinIfAllHere(groups, group, turn);
}

function joinWithoutId(groups: Groups, group: ClassicGroup, turn: Turn, request: JoinRequest): void {
  const { groupInstanceId, ticket } = request;
  const newId = `${groupInstanceId ?? request.clientId}-${groups.newUuid()}`;
  const seat = groupInstanceId === null ? undefined : group.staticMembers.get(groupInstanceId);
  if (seat !== undefined) return takeSeatBack({ groups, group, turn, request, oldId: seat, newId });
  if (groupInstanceId !== null || !request.requiresKnownMemberId) {
    return addMember(groups, group, turn, { ...request, memberId: newId });
  }
  const deadlineMs = turn.now.monotonicMs + request.sessionTimeoutMs;
  group.pendingMembers.set(newId, deadlineMs);
  groups.deadlines.schedule(group.groupId, deadlineMs);
  turn.answerJoin(ticket, joinRefusal("MEMBER_ID_REQUIRED", newId));
}

function joinWithId(groups: Groups, group: ClassicGroup, turn: Turn, request: JoinRequest): void {
  const { memberId, groupInstanceId } = request;
  if (group.pendingMembers.has(memberId)) {
    // Only dynamic members are given an id in advance.
    if (groupInstanceId !== null) return refuse(turn, request, "UNKNOWN_MEMBER_ID");
    return addMember(groups, group, turn, request);
  }
  const error = group.validateMember(memberId, groupInstanceId);
  if (error !== "NONE") return refuse(turn, request, error);
  const member = group.members.get(memberId)!;
  if (mustRebalance(group, member, request)) {
    if (group.state !== "PreparingRebalance") turn.note(group, rejoinReason(group, member, request));
    parkJoin(groups, group, turn, { member, request });
    rebalanceOrComplete(groups, group, turn, "rejoin");
    return;
  }
  // Most likely the answer to the last join was lost on its way.
  turn.answerJoin(request.ticket, currentGeneration(group, memberId));
}

function rejoinReason(group: ClassicGroup, member: ClassicMember, request: JoinRequest): string {
  if (!sameProtocols(member.protocols, request.protocols)) {
    return `member ${member.memberId} changed its subscription or its assignors`;
  }
  return group.leader === member.memberId
    ? `the leader ${member.memberId} asks for a new assignment`
    : `member ${member.memberId} joins again`;
}

function mustRebalance(group: ClassicGroup, member: ClassicMember, request: JoinRequest): boolean {
  if (group.state === "PreparingRebalance") return true;
  // A leader that rejoins a stable group asks for a rebalance: it may know of new partitions.
  if (group.state === "Stable" && group.leader === member.memberId) return true;
  return !sameProtocols(member.protocols, request.protocols);
}

function addMember(groups: Groups, group: ClassicGroup, turn: Turn, request: JoinRequest): void {
  const member: ClassicMember = {
    memberId: request.memberId,
    groupInstanceId: request.groupInstanceId,
    clientId: request.clientId,
    clientHost: request.clientHost,
    rebalanceTimeoutMs: request.rebalanceTimeoutMs,
    sessionTimeoutMs: request.sessionTimeoutMs,
    protocols: request.protocols,
    assignment: NO_BYTES,
    parkedJoin: request.ticket,
    parkedSync: null,
    isNew: true,
    sessionDeadlineMs: Infinity,
  };
  if (group.state === "PreparingRebalance" && group.previousState === "Empty") group.newMemberAdded = true;
  group.add(member, request.protocolType);
  turn.note(group, `member ${member.memberId} joins`);
  groups.setSessionDeadline(group, member, turn.now.monotonicMs + NEW_MEMBER_JOIN_TIMEOUT_MS);
  rebalanceOrComplete(groups, group, turn, "join");
}

interface Rejoin {
  readonly member: ClassicMember;
  readonly request: JoinRequest;
}

function parkJoin(groups: Groups, group: ClassicGroup, turn: Turn, { member, request }: Rejoin): void {
  // The client gave up an earlier try of this member; whoever still listens there has to try again too.
  refuseParked(member, turn, "REBALANCE_IN_PROGRESS");
  group.updateProtocols(member, request.protocols);
  member.rebalanceTimeoutMs = request.rebalanceTimeoutMs;
  member.sessionTimeoutMs = request.sessionTimeoutMs;
  member.parkedJoin = request.ticket;
  if (!member.isNew) groups.renewSession(group, member, turn);
}

interface SeatTakeover {
  readonly groups: Groups;
  readonly group: ClassicGroup;
  readonly turn: Turn;
  readonly request: JoinRequest;
  readonly oldId: string;
  readonly newId: string;
}

/** A static member came back without its id: it gets a new one, and whoever uses the old one is fenced. */
function takeSeatBack({ groups, group, turn, request, oldId, newId }: SeatTakeover): void {
  const old = group.members.get(oldId)!;
  const oldLeader = group.leader ?? "";
  refuseParked(old, turn, "FENCED_INSTANCE_ID");
  const member = group.replaceStatic(old, newId);
  parkJoin(groups, group, turn, { member, request });
  if (group.state === "PreparingRebalance") return completeJoinIfAllHere(groups, group, turn);
  // In CompletingRebalance the leader may be assigning to the old id right now: only a new round is safe.
  if (group.state !== "Stable" || group.selectProtocol() !== group.protocolName) {
    turn.note(group, `static member ${member.groupInstanceId} came back, and a new assignment is needed`);
    return prepareRebalance(groups, group, turn, "static-member");
  }
  member.parkedJoin = null;
  group.refreshSubscribedTopics();
  turn.records.push({ kind: "group", groupId: group.groupId, value: group.toMetadata(null) });
  const isLeader = group.leader === newId;
  const current = currentGeneration(group, newId);
  if (request.supportsSkippingAssignment) {
    turn.answerJoin(request.ticket, { ...current, skipAssignment: isLeader });
  } else {
    // Before v9 the only way to keep a leader from assigning anew is to tell it that another one leads.
    turn.answerJoin(request.ticket, { ...current, leader: oldLeader, members: [] });
  }
}

/** In a rebalance only the members that are back count against `group.max.size`, so that a lowered limit acts. */
function hasRoomFor(groups: Groups, group: ClassicGroup, memberId: string): boolean {
  const { maxSize } = groups.config;
  const member = group.members.get(memberId);
  if (group.state === "Empty") return true;
  if (group.state !== "PreparingRebalance") return member !== undefined || group.members.size < maxSize;
  if (member !== undefined && member.parkedJoin !== null) return true;
  return group.waitingJoins() < maxSize;
}

function refuse(turn: Turn, request: JoinRequest, error: GroupError): void {
  turn.answerJoin(request.ticket, joinRefusal(error, request.memberId));
}
