import { decodeSubscription, encodeSubscription } from "../../wire/kafka/consumer-protocol.ts";
import type { AssignedMember, Assignor, GroupAssignment, PartitionCounts } from "./assignor.ts";
import { asError, ClientError, KafkaError } from "../client-error.ts";
import type { ClusterClient } from "../network/cluster-client.ts";
import { GroupSession, type JoinedGroup, type SessionOptions } from "./group-session.ts";
import { backoffMs, mayRetry } from "../network/retry.ts";
import { partitionCounts, type Subscription } from "./subscription.ts";
import { byTopic, flatPartitions, partitionName, type TopicPartition } from "../topic-partition.ts";

export interface MemberOptions extends SessionOptions {
  readonly heartbeatIntervalMs: number;
  readonly rackId: string | null;
  /** In the order of preference; the group takes one that all its members have. */
  readonly assignors: readonly Assignor[];
}

/** Whoever reads the partitions that a member is given. */
export interface PartitionOwner {
  owned(): readonly TopicPartition[];
  /** About to join again with what is owned: what has been worked through is committed while the generation holds. */
  beforeJoin(): Promise<void>;
  /** Gives partitions up: resolves when the record at hand has been worked through and is committed. */
  revoke(partitions: readonly TopicPartition[]): Promise<void>;
  /** The group has gone on without this member: others may be reading these already, and commits are refused. */
  lose(partitions: readonly TopicPartition[]): void;
  /** `added` are new; the others stay as they are. */
  assign(added: readonly TopicPartition[], generationId: number): void;
  /** Monotonic ms since which one record, or one batch, has been worked on; null when none is. */
  busySinceMs(): number | null;
  /** Resolves when what was handed over has been worked through. */
  idle(): Promise<void>;
  fail(error: Error): void;
  /** The member can't stay in the group, nor come back: what it has is lost. */
  abandon(error: Error): void;
}

const SUBSCRIPTION_VERSION = 3;
/** Milliseconds between looks for a topic that is subscribed and does not exist. */
const MISSING_TOPIC_MS = 1_000;

/** Why the member must join, worst last. */
type JoinReason = "rebalance" | "lost";

/**
 * A member's life in a group, in the background: it joins, makes the assignment when it is the leader, keeps itself
 * alive, and joins again whenever the group forms anew or there is other work to share. With cooperative assignors
 * only, partitions are read on meanwhile and given up only when they have gone to another member (KIP-429).
 */
export class GroupMember {
  private readonly client: ClusterClient;
  private readonly options: MemberOptions;
  private readonly subscription: Subscription;
  private readonly owner: PartitionOwner;
  readonly session: GroupSession;
  private readonly timers = new Set<{ cancel(): void }>();
  private mustJoin: JoinReason | null = "rebalance";
  private joinReason = "the consumer begins";
  private signal: () => void = () => {};
  private isClosed = false;
  private hasLeft = false; // Because a record took too long.
  private heartbeats: object | null = null; // The round of heartbeats that runs; another one is another object.
  private topicWatch: { cancel(): void } | null = null;
  private topics: readonly string[] = [];
  private leaderCounts: PartitionCounts | null = null; // What this member, as the leader, has shared out.
  private failures = 0; // In a row.
  private firstFailureMs = 0;
  private hasJoined = false;
  rebalances = 0;

  constructor(
    client: ClusterClient,
    wiring: {
      readonly options: MemberOptions;
      readonly subscription: Subscription;
      readonly owner: PartitionOwner;
      readonly lane: string;
    },
  ) {
    this.client = client;
    this.options = wiring.options;
    this.subscription = wiring.subscription;
    this.owner = wiring.owner;
    this.session = new GroupSession(client, wiring.options, wiring.lane);
  }

  private get isCooperative(): boolean {
    return this.options.assignors.every((assignor) => assignor.isCooperative);
  }

  /** Whether the generation holds, so that a commit that was refused for it may succeed. */
  get isStable(): boolean {
    return this.hasJoined && this.mustJoin === null && !this.isClosed;
  }

  start(): void {
    void this.run();
  }

  private async run(): Promise<void> {
    try {
      while (!this.isClosed) {
        if (this.mustJoin === null) await new Promise<void>((resolve) => (this.signal = resolve));
        else await this.joinOnce();
      }
    } catch (error) {
      this.stopTimers();
      if (!this.isClosed) this.owner.abandon(asError(error));
    }
  }

  /** The member joins again as soon as it can; what it has is lost to it if the group has moved on. */
  rejoin(reason: string, kind: JoinReason = "rebalance"): void {
    if (kind === "lost" || this.mustJoin === null) {
      this.mustJoin = kind;
      this.joinReason = reason;
    }
    this.signal();
  }

  private async joinOnce(): Promise<void> {
    try {
      await this.prepare();
      if (this.isClosed) return;
      await this.join();
      this.failures = 0;
    } catch (error) {
      if (this.isClosed) return;
      await this.recover(error);
    }
  }

  private async prepare(): Promise<void> {
    if (this.hasLeft) await this.owner.idle();
    this.hasLeft = false;
    const { topics, isIncomplete } = await this.subscription.match(this.client);
    if (this.isClosed) return;
    this.topics = topics;
    this.watchTopics(isIncomplete);
    if (this.mustJoin === "lost") return;
    if (this.isCooperative) await this.owner.beforeJoin();
    else if (this.owner.owned().length > 0) await this.owner.revoke(this.owner.owned());
  }

  private async join(): Promise<void> {
    const reason = this.joinReason;
    if (this.mustJoin === "lost") this.owner.lose(this.owner.owned());
    this.mustJoin = null;
    this.heartbeats = null;
    const joined = await this.session.join(this.protocols(), reason);
    const isLeader = joined.leader === joined.memberId;
    this.leaderCounts = null;
    const assignment = isLeader ? await this.assignAll(joined) : null;
    if (this.isClosed) return;
    const assigned = await this.session.sync(joined, assignment);
    if (this.isClosed) return;
    this.hasJoined = true;
    this.rebalances += 1;
    this.startHeartbeat();
    await this.take(assigned);
  }

  /** What is no longer assigned is given up first, and then shared out in another round. */
  private async take(assigned: readonly TopicPartition[]): Promise<void> {
    const before = new Set(this.owner.owned().map(partitionName));
    const after = new Set(assigned.map(partitionName));
    const revoked = this.owner.owned().filter((place) => !after.has(partitionName(place)));
    if (revoked.length > 0) await this.owner.revoke(revoked);
    if (this.isClosed || this.mustJoin === "lost") return;
    const added = assigned.filter((place) => !before.has(partitionName(place)));
    this.owner.assign(added, this.session.generationId);
    if (revoked.length > 0) this.rejoin("partitions were given up for other members");
  }

  private protocols(): { name: string; metadata: Buffer }[] {
    const owned = this.owner.owned();
    const { generationId } = this.session;
    return this.options.assignors.map((assignor) => ({
      name: assignor.name,
      metadata: encodeSubscription(SUBSCRIPTION_VERSION, {
        topics: [...this.topics],
        userData: assignor.userData(owned, generationId),
        ownedPartitions: byTopic(owned).map(({ topic, partitions }) => ({
          topic,
          partitions: [...partitions],
        })),
        generationId,
        rackId: this.options.rackId,
      }),
    }));
  }

  /** Null when the group keeps the assignment that it has: a static leader came back (KIP-814). */
  private async assignAll(joined: JoinedGroup): Promise<GroupAssignment | null> {
    const assignor = this.options.assignors.find(({ name }) => name === joined.protocolName);
    if (assignor === undefined) {
      throw new ClientError(
        "invalid",
        `The group chose "${joined.protocolName}", which this member did not offer`,
      );
    }
    const members = joined.members.map(memberFrom);
    const names = [...new Set(members.flatMap(({ topics }) => topics))].toSorted();
    const counts = await partitionCounts(this.client, names);
    this.leaderCounts = counts;
    return joined.skipAssignment ? null : assignor.assign(members, counts);
  }

  private async recover(error: unknown): Promise<void> {
    const code = error instanceof KafkaError ? error.code : null;
    if (code === "MEMBER_ID_REQUIRED") return this.rejoin(this.joinReason);
    if (this.heeds(code)) return;
    if (!mayRetry(error)) throw error;
    const { clock } = this.client.env;
    if (this.failures === 0) this.firstFailureMs = clock.monotonic();
    this.failures += 1;
    // A cluster that was never reached is most likely named wrongly; one that was will come back.
    const triedMs = clock.monotonic() - this.firstFailureMs;
    if (!this.hasJoined && triedMs > this.client.options.apiTimeoutMs) throw error;
    this.client.forgetCoordinator(this.options.groupId);
    this.rejoin(this.joinReason);
    await this.pause(backoffMs(this.client.retryPolicy, this.failures, this.client.env.random));
  }

  /** Whether the group says by this code that the member must join again; it will. */
  private heeds(code: string | null): boolean {
    switch (code) {
      case "REBALANCE_IN_PROGRESS":
        this.rejoin("the group forms anew");
        return true;
      case "UNKNOWN_MEMBER_ID":
      case "ILLEGAL_GENERATION":
        // The group does not count on this member any more.
        if (code === "UNKNOWN_MEMBER_ID") this.session.forget();
        this.session.generationId = -1;
        this.rejoin(`the group answered ${code}`, "lost");
        return true;
      default:
        return false;
    }
  }

  /** A commit was refused because the group has moved on. */
  noteRefusal(code: string): void {
    if (!this.heeds(code)) this.rejoin("the group forms anew");
  }

  private startHeartbeat(): void {
    const round = {};
    this.heartbeats = round;
    this.after(this.options.heartbeatIntervalMs, () => void this.heartbeat(round));
  }

  private async heartbeat(round: object): Promise<void> {
    if (this.heartbeats !== round) return;
    if (this.isOverdue()) {
      await this.leaveUnwillingly();
      return;
    }
    let nextMs = this.options.heartbeatIntervalMs;
    try {
      const code = await this.session.heartbeat();
      // An answer to an older generation's heartbeat says nothing about this one.
      if (this.heartbeats === round && code !== "NONE") this.hear(code);
    } catch (error) {
      // What no retry mends shows again when the member joins.
      if (!mayRetry(error)) this.rejoin(`a heartbeat failed: ${asError(error).message}`);
      this.client.forgetCoordinator(this.options.groupId);
      nextMs = Math.min(nextMs, this.client.options.retryBackoffMs);
    }
    if (this.heartbeats === round) this.after(nextMs, () => void this.heartbeat(round));
  }

  private hear(code: string): void {
    if (this.heeds(code)) return;
    throw new KafkaError(`stay in group "${this.options.groupId}"`, code as "FENCED_INSTANCE_ID");
  }

  /** Whether a record has been worked on for so long that the others must not wait any more. */
  private isOverdue(): boolean {
    const sinceMs = this.owner.busySinceMs();
    return sinceMs !== null && this.client.env.clock.monotonic() - sinceMs > this.options.rebalanceTimeoutMs;
  }

  /** Its partitions go to the others; the member comes back when the record has been worked through. */
  private async leaveUnwillingly(): Promise<void> {
    this.heartbeats = null;
    this.hasLeft = true;
    this.owner.lose(this.owner.owned());
    this.rejoin("a record took longer than maxPollIntervalMs", "lost");
    try {
      await this.session.leave("maxPollIntervalMs has passed");
    } catch (error) {
      // The session times out instead.
      if (!mayRetry(error) && !this.isClosed) this.owner.fail(asError(error));
    }
  }

  /** Looks from time to time whether there are more topics or partitions to share. */
  private watchTopics(isIncomplete: boolean): void {
    const everyMs = this.client.options.metadataMaxAgeMs;
    const waitMs = isIncomplete ? Math.min(MISSING_TOPIC_MS, everyMs) : everyMs;
    this.topicWatch?.cancel();
    this.topicWatch = this.after(waitMs, () => void this.lookAtTopics());
  }

  private async lookAtTopics(): Promise<void> {
    let isIncomplete = false;
    try {
      const matched = await this.subscription.match(this.client);
      isIncomplete = matched.isIncomplete;
      if (matched.topics.join() !== this.topics.join()) this.rejoin("other topics match the subscription");
      const shared = this.leaderCounts;
      if (shared !== null && this.mustJoin === null) {
        const known = [...new Set([...shared.keys(), ...matched.topics])];
        const counts = await partitionCounts(this.client, known);
        if (shared === this.leaderCounts && !isSame(shared, counts))
          this.rejoin("topics have other partitions");
      }
    } catch (error) {
      // What does not pass shows again when the member joins; it is no reason to stop reading.
      if (!mayRetry(error)) this.rejoin(`topics could not be looked up: ${asError(error).message}`);
    }
    if (!this.isClosed) this.watchTopics(isIncomplete);
  }

  private after(delayMs: number, callback: () => void): { cancel(): void } {
    const timer = this.client.env.clock.schedule(delayMs, () => {
      this.timers.delete(timer);
      callback();
    });
    this.timers.add(timer);
    return timer;
  }

  private pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.signal = resolve; // Closing ends the pause.
      this.after(delayMs, resolve);
    });
  }

  private stopTimers(): void {
    for (const timer of this.timers) timer.cancel();
    this.timers.clear();
    this.heartbeats = null;
  }

  /** Takes no further part; the group is told unless the member is static. */
  async close(reason: string): Promise<void> {
    this.isClosed = true;
    this.stopTimers();
    this.signal();
    try {
      await this.session.leave(reason);
    } catch (error) {
      if (!mayRetry(error)) throw error; // The session times out instead.
    }
  }
}

function memberFrom(member: JoinedGroup["members"][number]): AssignedMember {
  const { topics, userData, ownedPartitions, generationId } = decodeSubscription(member.metadata);
  const owned = flatPartitions(ownedPartitions);
  return {
    memberId: member.memberId,
    groupInstanceId: member.groupInstanceId,
    topics,
    userData,
    owned,
    generationId,
  };
}

function isSame(a: PartitionCounts, b: PartitionCounts): boolean {
  return a.size === b.size && [...a].every(([topic, count]) => b.get(topic) === count);
}
