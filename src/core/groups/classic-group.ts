import { assert } from "../../base/assert.ts";
import { NO_BYTES } from "./decision.ts";
import type { GroupError, JoinedMember, Ticket } from "./decision.ts";
import type { GroupMetadata, StoredMember } from "./group-record.ts";
import { subscribedTopicsOf } from "./subscription.ts";

export type ClassicState = "Empty" | "PreparingRebalance" | "CompletingRebalance" | "Stable";

export interface MemberProtocol {
  readonly name: string;
  readonly metadata: Buffer;
}

/** One member of a group in memory. */
export interface ClassicMember {
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly clientId: string;
  readonly clientHost: string;
  rebalanceTimeoutMs: number;
  sessionTimeoutMs: number;
  /** In the order of the member's preference. */
  protocols: readonly MemberProtocol[];
  assignment: Buffer;
  parkedJoin: Ticket | null;
  parkedSync: Ticket | null;
  /** True until its first join has been answered: until then it may expire although a request of it waits. */
  isNew: boolean;
  sessionDeadlineMs: number;
}

/** The end of the join phase. The first rebalance of an empty group is put off in steps while members keep coming. */
export interface JoinDeadline {
  readonly atMs: number;
  readonly initial: { readonly delayMs: number; readonly remainingMs: number } | null;
}

/** The deadlines of one group other than its members' sessions. All on the monotonic clock. */
interface GroupDeadlines {
  join: JoinDeadline | null;
  sync: number | null;
}

const LEGAL_PREVIOUS: Record<ClassicState, readonly ClassicState[]> = {
  Empty: ["PreparingRebalance"],
  PreparingRebalance: ["Stable", "CompletingRebalance", "Empty"],
  CompletingRebalance: ["PreparingRebalance"],
  Stable: ["CompletingRebalance"],
};

/**
 * The part of a classic group that lives in memory only: who waits for which answer, and until when.
 *
 * It starts from the durable `GroupMetadata` and runs ahead of it during a rebalance; what it decides becomes a
 * record when the leader's assignment arrives, or when the group becomes empty.
 */
export class ClassicGroup {
  readonly groupId: string;
  state: ClassicState;
  previousState: ClassicState | null = null;
  stateTimestampMs: number;
  protocolType: string;
  protocolName: string | null;
  generation: number;
  leader: string | null;
  /** In the order of joining. */
  readonly members = new Map<string, ClassicMember>();
  readonly staticMembers = new Map<string, string>();
  /** Ids that were given out (KIP-394) and have not joined yet, with the end of their session. */
  readonly pendingMembers = new Map<string, number>();
  /** Members whose join has been answered and that have not synced in this generation. */
  readonly pendingSync = new Set<string>();
  /** How many members support each protocol. */
  readonly #protocolCounts = new Map<string, number>();
  newMemberAdded = false;
  readonly deadlines: GroupDeadlines = { join: null, sync: null };
  /** Null when some member's subscription cannot be read, or the group is not of consumers. */
  subscribedTopics: ReadonlySet<string> | null = null;

  /** `metadata` is null for a group that so far has only offsets, or nothing. */
  constructor(groupId: string, metadata: GroupMetadata | null) {
    this.groupId = groupId;
    this.state = metadata === null || metadata.members.length === 0 ? "Empty" : "Stable";
    this.stateTimestampMs = metadata?.currentStateTimestampMs ?? -1;
    this.protocolType = metadata?.protocolType ?? "";
    this.protocolName = metadata?.protocolName ?? null;
    this.generation = metadata?.generation ?? 0;
    this.leader = metadata?.leader ?? null;
    for (const stored of metadata?.members ?? []) this.#restore(stored);
    this.refreshSubscribedTopics();
  }

  moveTo(state: ClassicState, wallMs: number): void {
    assert(LEGAL_PREVIOUS[state].includes(this.state), `a group in ${this.state} cannot become ${state}`);
    this.previousState = this.state;
    this.state = state;
    this.stateTimestampMs = wallMs;
  }

  add(member: ClassicMember, protocolType: string): void {
    assert(!this.members.has(member.memberId), "a member is added once");
    if (this.members.size === 0) this.protocolType = protocolType;
    this.leader ??= member.memberId;
    this.members.set(member.memberId, member);
    this.#countProtocols(member.protocols, 1);
    if (member.groupInstanceId !== null) this.staticMembers.set(member.groupInstanceId, member.memberId);
    this.pendingMembers.delete(member.memberId);
  }

  updateProtocols(member: ClassicMember, protocols: readonly MemberProtocol[]): void {
    this.#countProtocols(member.protocols, -1);
    member.protocols = protocols;
    this.#countProtocols(protocols, 1);
  }

  /** The caller answers what the member was waiting for. */
  remove(memberId: string): ClassicMember | undefined {
    this.pendingMembers.delete(memberId);
    this.pendingSync.delete(memberId);
    const member = this.members.get(memberId);
    if (member === undefined) return undefined;
    this.members.delete(memberId);
    this.#countProtocols(member.protocols, -1);
    if (member.groupInstanceId !== null) this.staticMembers.delete(member.groupInstanceId);
    if (this.leader === memberId) this.leader = this.members.keys().next().value ?? null;
    return member;
  }

  /** Gives a static member's seat to its restarted self. The assignment stays with the seat. */
  replaceStatic(old: ClassicMember, memberId: string): ClassicMember {
    const member: ClassicMember = { ...old, memberId, parkedJoin: null, parkedSync: null, isNew: false };
    this.members.delete(old.memberId);
    this.members.set(memberId, member);
    this.staticMembers.set(old.groupInstanceId!, memberId);
    if (this.leader === old.memberId) this.leader = memberId;
    if (this.pendingSync.delete(old.memberId)) this.pendingSync.add(memberId);
    return member;
  }

  /** Whether every member that is known has a join waiting, and nobody who was given an id is still on the way. */
  hasEverybodyJoined(): boolean {
    if (this.pendingMembers.size > 0) return false;
    for (const member of this.members.values()) if (member.parkedJoin === null) return false;
    return true;
  }

  waitingJoins(): number {
    let count = 0;
    for (const member of this.members.values()) if (member.parkedJoin !== null) count += 1;
    return count;
  }

  rebalanceTimeoutMs(): number {
    let timeoutMs = 0;
    for (const member of this.members.values()) timeoutMs = Math.max(timeoutMs, member.rebalanceTimeoutMs);
    return timeoutMs;
  }

  /** Whether a member with these protocols could be part of the group: one of them must be common to all. */
  supports(protocolType: string, protocols: readonly MemberProtocol[]): boolean {
    if (this.state === "Empty") return protocolType !== "" && protocols.length > 0;
    if (protocolType !== this.protocolType) return false;
    return protocols.some((protocol) => this.#isCommon(protocol.name));
  }

  /** Every member votes for the first of its protocols that all support; the first to reach most votes wins. */
  selectProtocol(): string {
    const votes = new Map<string, number>();
    for (const member of this.members.values()) {
      const vote = member.protocols.find((protocol) => this.#isCommon(protocol.name));
      assert(vote !== undefined, "the members of a group have a protocol in common");
      votes.set(vote.name, (votes.get(vote.name) ?? 0) + 1);
    }
    let winner = "";
    for (const [name, count] of votes) if (count > (votes.get(winner) ?? 0)) winner = name;
    return winner;
  }

  /** Who may speak for a member: the id must be known, and be the one that its instance id has now (KIP-345). */
  validateMember(memberId: string, groupInstanceId: string | null): GroupError {
    if (groupInstanceId !== null) {
      const current = this.staticMembers.get(groupInstanceId);
      if (current === undefined) return "UNKNOWN_MEMBER_ID";
      if (current !== memberId) return "FENCED_INSTANCE_ID";
    }
    return this.members.has(memberId) ? "NONE" : "UNKNOWN_MEMBER_ID";
  }

  joinedMembers(): JoinedMember[] {
    return [...this.members.values()].map((member) => ({
      memberId: member.memberId,
      groupInstanceId: member.groupInstanceId,
      metadata: this.metadataOf(member),
    }));
  }

  /** The member's metadata under the chosen protocol. */
  metadataOf(member: ClassicMember): Buffer {
    return member.protocols.find((protocol) => protocol.name === this.protocolName)?.metadata ?? NO_BYTES;
  }

  isSubscribedTo(topic: string): boolean {
    if (this.subscribedTopics !== null) return this.subscribedTopics.has(topic);
    // A subscription that we cannot read may be to anything.
    return this.protocolType === "consumer";
  }

  refreshSubscribedTopics(): void {
    this.subscribedTopics = null;
    if (this.protocolType !== "consumer") return;
    const topics = new Set<string>();
    for (const member of this.members.values()) {
      const own = subscribedTopicsOf(this.metadataOf(member));
      if (own === null) return;
      for (const topic of own) topics.add(topic);
    }
    this.subscribedTopics = topics;
  }

  /** The durable form, with the assignments of `assignments` or else those that the members have. */
  toMetadata(assignments: ReadonlyMap<string, Buffer> | null): GroupMetadata {
    return {
      protocolType: this.protocolType,
      generation: this.generation,
      protocolName: this.protocolName,
      leader: this.leader,
      currentStateTimestampMs: this.stateTimestampMs,
      members: [...this.members.values()].map((member) => ({
        memberId: member.memberId,
        groupInstanceId: member.groupInstanceId,
        clientId: member.clientId,
        clientHost: member.clientHost,
        rebalanceTimeoutMs: member.rebalanceTimeoutMs,
        sessionTimeoutMs: member.sessionTimeoutMs,
        subscription: this.metadataOf(member),
        assignment: (assignments === null ? member.assignment : assignments.get(member.memberId)) ?? NO_BYTES,
      })),
    };
  }

  #restore(stored: StoredMember): void {
    const { subscription, ...identity } = stored;
    const protocols = [{ name: this.protocolName ?? "", metadata: subscription }];
    const waiting = { parkedJoin: null, parkedSync: null, isNew: false, sessionDeadlineMs: Infinity };
    this.members.set(stored.memberId, { ...identity, protocols, ...waiting });
    this.#countProtocols(protocols, 1);
    if (stored.groupInstanceId !== null) this.staticMembers.set(stored.groupInstanceId, stored.memberId);
  }

  #countProtocols(protocols: readonly MemberProtocol[], change: 1 | -1): void {
    for (const name of new Set(protocols.map((protocol) => protocol.name))) {
      const count = (this.#protocolCounts.get(name) ?? 0) + change;
      if (count === 0) this.#protocolCounts.delete(name);
      else this.#protocolCounts.set(name, count);
    }
  }

  #isCommon(protocolName: string): boolean {
    // In a group whose last members have gone in the middle of a rebalance any protocol is, as in Kafka.
    return (this.#protocolCounts.get(protocolName) ?? 0) === this.members.size;
  }
}

/** Whether a rejoin brings the same protocols, in the same order, as the last one. */
export function sameProtocols(a: readonly MemberProtocol[], b: readonly MemberProtocol[]): boolean {
  if (a.length !== b.length) return false;
  return a.every((protocol, index) => {
    const other = b[index]!;
    return protocol.name === other.name && protocol.metadata.equals(other.metadata);
  });
}
