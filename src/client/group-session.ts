import { errorName, type ErrorName } from "../tables/errors.ts";
import { JoinGroup } from "../wire/kafka/messages/11-join-group.ts";
import { Heartbeat } from "../wire/kafka/messages/12-heartbeat.ts";
import { LeaveGroup } from "../wire/kafka/messages/13-leave-group.ts";
import { SyncGroup } from "../wire/kafka/messages/14-sync-group.ts";
import {
  decodeAssignment,
  decodeSubscription,
  encodeAssignment,
  encodeSubscription,
} from "../wire/kafka/consumer-protocol.ts";
import type { ResponseOf } from "../wire/kafka/schema.ts";
import { KafkaError } from "./client-error.ts";
import type { ClusterClient } from "./cluster-client.ts";
import { assignRanges, type TopicPartitions } from "./range-assignor.ts";
import { mayRetry } from "./retry.ts";

export interface GroupOptions {
  readonly groupId: string;
  readonly topics: readonly string[];
  /** Milliseconds without a heartbeat after which the broker gives the member up. */
  readonly sessionTimeoutMs: number;
  /** Milliseconds that a member has to come back when the group forms anew. */
  readonly rebalanceTimeoutMs: number;
  readonly heartbeatMs: number;
}

export const GROUP_DEFAULTS: Omit<GroupOptions, "groupId" | "topics"> = {
  sessionTimeoutMs: 45_000,
  rebalanceTimeoutMs: 60_000,
  heartbeatMs: 3_000,
};

const PROTOCOL_TYPE = "consumer";
const PROTOCOL_NAME = "range";
/** Owned partitions and racks, which newer versions add, mean nothing to "range". */
const PROTOCOL_VERSION = 0;
/** The member must join again: the group forms anew, or does not know it any more. */
const REJOIN: ReadonlySet<ErrorName> = new Set([
  "REBALANCE_IN_PROGRESS",
  "ILLEGAL_GENERATION",
  "UNKNOWN_MEMBER_ID",
  "MEMBER_ID_REQUIRED",
  "NOT_COORDINATOR",
]);

/**
 * One member's life in a classic group: join, take part in the assignment, heartbeat, and join again
 * whenever the group forms anew. What is assigned is the caller's to read.
 */
export class GroupSession {
  private readonly client: ClusterClient;
  readonly options: GroupOptions;
  private timer: { cancel(): void } | null = null;
  private mustRejoin = true;
  memberId = "";
  generationId = -1;

  constructor(
    client: ClusterClient,
    options: Pick<GroupOptions, "groupId" | "topics"> & Partial<GroupOptions>,
  ) {
    this.client = client;
    this.options = { ...GROUP_DEFAULTS, ...options };
  }

  /** Whether what was assigned is this member's no longer, so that `join` must be called. */
  get isStale(): boolean {
    return this.mustRejoin;
  }

  private get route(): { readonly to: "group"; readonly groupId: string } {
    return { to: "group", groupId: this.options.groupId };
  }

  /** Joins, as often as the group starts over, until this member has its assignment. */
  async join(): Promise<TopicPartitions[]> {
    this.stopHeartbeat();
    for (;;) {
      const assignment = await this.client.retrying(
        async () => await this.tryJoin(),
        () => this.client.forgetCoordinator(this.options.groupId),
      );
      if (assignment === null) continue;
      this.mustRejoin = false;
      this.scheduleHeartbeat();
      return assignment;
    }
  }

  /** Null when the group wants another try. */
  private async tryJoin(): Promise<TopicPartitions[] | null> {
    const { groupId, topics, sessionTimeoutMs, rebalanceTimeoutMs } = this.options;
    const joined = await this.client.requestOnce(
      this.route,
      JoinGroup,
      {
        groupId,
        sessionTimeoutMs,
        rebalanceTimeoutMs,
        memberId: this.memberId,
        protocolType: PROTOCOL_TYPE,
        protocols: [{ name: PROTOCOL_NAME, metadata: encodeSubscription(PROTOCOL_VERSION, { topics }) }],
      },
      { heldMs: rebalanceTimeoutMs },
    );
    const code = errorName(joined.errorCode);
    if (this.wantsRejoin("join", code)) {
      // The broker gave out an id and wants it back before it counts the member (KIP-394). With any other error it
      // only repeats the id that it was sent, which it may have called unknown.
      if (code === "MEMBER_ID_REQUIRED") this.memberId = joined.memberId;
      return null;
    }
    this.memberId = joined.memberId;
    this.generationId = joined.generationId;
    return await this.sync(joined);
  }

  private async sync(joined: ResponseOf<typeof JoinGroup>): Promise<TopicPartitions[] | null> {
    const isLeader = joined.leader === joined.memberId;
    const assignments = isLeader ? await this.assignAll(joined) : [];
    const synced = await this.client.requestOnce(
      this.route,
      SyncGroup,
      {
        groupId: this.options.groupId,
        generationId: this.generationId,
        memberId: this.memberId,
        protocolType: PROTOCOL_TYPE,
        protocolName: PROTOCOL_NAME,
        assignments,
      },
      { heldMs: this.options.rebalanceTimeoutMs },
    );
    if (this.wantsRejoin("sync with", errorName(synced.errorCode))) return null;
    // A member that got nothing may be told so by no bytes at all.
    return synced.assignment.length === 0 ? [] : decodeAssignment(synced.assignment).assignedPartitions;
  }

  private async assignAll(
    joined: ResponseOf<typeof JoinGroup>,
  ): Promise<{ memberId: string; assignment: Buffer }[]> {
    const subscriptions = joined.members.map(({ memberId, metadata }) => ({
      memberId,
      topics: decodeSubscription(metadata).topics,
    }));
    const names = [...new Set(subscriptions.flatMap(({ topics }) => topics))].toSorted();
    const { topics } = await this.client.fetchMetadata(names);
    const counts = new Map(names.map((name) => [name, topics.get(name)?.partitions.length ?? 0]));
    return [...assignRanges(subscriptions, counts)].map(([memberId, assignment]) => ({
      memberId,
      assignment: encodeAssignment(PROTOCOL_VERSION, { assignedPartitions: assignment }),
    }));
  }

  private wantsRejoin(action: string, code: ErrorName): boolean {
    if (code === "NONE") return false;
    if (code === "UNKNOWN_MEMBER_ID") this.memberId = "";
    if (code === "NOT_COORDINATOR") this.client.forgetCoordinator(this.options.groupId);
    if (REJOIN.has(code)) return true;
    throw new KafkaError(`${action} group "${this.options.groupId}"`, code);
  }

  private scheduleHeartbeat(): void {
    this.timer = this.client.env.clock.schedule(this.options.heartbeatMs, () => void this.heartbeat());
  }

  private stopHeartbeat(): void {
    this.timer?.cancel();
    this.timer = null;
  }

  private async heartbeat(): Promise<void> {
    const { groupId } = this.options;
    const body = { groupId, generationId: this.generationId, memberId: this.memberId };
    try {
      const { errorCode } = await this.client.requestOnce(this.route, Heartbeat, body);
      this.mustRejoin ||= this.wantsRejoin("keep alive in", errorName(errorCode));
    } catch (error) {
      // A lost heartbeat is made up by the next one; what is fatal shows when the member joins again.
      if (mayRetry(error)) this.client.forgetCoordinator(groupId);
      else this.mustRejoin = true;
    }
    if (!this.mustRejoin && this.timer !== null) this.scheduleHeartbeat();
  }

  /** Says goodbye, so that the others need not wait for the session to time out. */
  async leave(): Promise<void> {
    this.stopHeartbeat();
    if (this.memberId === "") return;
    const { groupId } = this.options;
    const { memberId } = this;
    this.memberId = "";
    const body = { groupId, memberId, members: [{ memberId }] };
    await this.client.retrying(
      async () => await this.client.requestOnce(this.route, LeaveGroup, body),
      () => this.client.forgetCoordinator(groupId),
    );
  }
}
