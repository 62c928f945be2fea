import { errorName, type ErrorName } from "../../tables/errors.ts";
import { decodeAssignment, encodeAssignment } from "../../wire/kafka/consumer-protocol.ts";
import { JoinGroup } from "../../wire/kafka/messages/11-join-group.ts";
import { Heartbeat } from "../../wire/kafka/messages/12-heartbeat.ts";
import { LeaveGroup } from "../../wire/kafka/messages/13-leave-group.ts";
import { SyncGroup } from "../../wire/kafka/messages/14-sync-group.ts";
import type { ResponseOf } from "../../wire/kafka/schema.ts";
import type { GroupAssignment } from "./assignor.ts";
import { KafkaError } from "../client-error.ts";
import { MAIN_LANE, type ClusterClient } from "../network/cluster-client.ts";
import type { Committer } from "./group-offsets.ts";
import { byTopic, flatPartitions, type TopicPartition } from "../topic-partition.ts";

export interface SessionOptions {
  readonly groupId: string;
  /** Of a static member, which keeps its partitions through a restart (KIP-345); null for a dynamic one. */
  readonly groupInstanceId: string | null;
  /** Milliseconds without a heartbeat after which the broker gives the member up. */
  readonly sessionTimeoutMs: number;
  /** Milliseconds that a member has to come back when the group forms anew. */
  readonly rebalanceTimeoutMs: number;
}

export type JoinedGroup = ResponseOf<typeof JoinGroup>;

const PROTOCOL_TYPE = "consumer";
const ASSIGNMENT_VERSION = 3;

/**
 * One member's standing in a classic group, and the four requests of its life, each sent once: what to do about a
 * refusal is the caller's. They have a lane of their own, since a broker holds a join until all members are there.
 */
export class GroupSession {
  private readonly client: ClusterClient;
  private readonly lane: string;
  readonly options: SessionOptions;
  memberId = "";
  generationId = -1;

  constructor(client: ClusterClient, options: SessionOptions, lane: string) {
    this.client = client;
    this.options = options;
    this.lane = lane;
  }

  get committer(): Committer {
    const { groupId, groupInstanceId } = this.options;
    return { groupId, groupInstanceId, memberId: this.memberId, generationId: this.generationId };
  }

  private get route(): { readonly to: "group"; readonly groupId: string } {
    return { to: "group", groupId: this.options.groupId };
  }

  /**
   * Waits until the group's members are there.
   * @throws KafkaError for a refusal; the member id that comes with MEMBER_ID_REQUIRED is kept for the next try.
   */
  async join(protocols: readonly { name: string; metadata: Buffer }[], reason: string): Promise<JoinedGroup> {
    const { groupId, groupInstanceId, sessionTimeoutMs, rebalanceTimeoutMs } = this.options;
    const body = {
      groupId,
      groupInstanceId,
      sessionTimeoutMs,
      rebalanceTimeoutMs,
      memberId: this.memberId,
      protocolType: PROTOCOL_TYPE,
      protocols: [...protocols],
      reason,
    };
    const joined = await this.client.requestOnce(this.route, JoinGroup, body, {
      heldMs: rebalanceTimeoutMs,
      lane: this.lane,
    });
    // The broker gave out an id and wants it back before it counts the member (KIP-394). With any other error it only
    // repeats the id that it was sent, which it may have called unknown.
    if (errorName(joined.errorCode) === "MEMBER_ID_REQUIRED") this.memberId = joined.memberId;
    this.check("join", joined.errorCode);
    this.memberId = joined.memberId;
    this.generationId = joined.generationId;
    return joined;
  }

  /**
   * Hands in the assignment, if this member is the one that makes it, and waits for its own part.
   * @throws KafkaError for a refusal.
   */
  async sync(joined: JoinedGroup, assignment: GroupAssignment | null): Promise<TopicPartition[]> {
    const { groupId, groupInstanceId, rebalanceTimeoutMs } = this.options;
    const body = {
      groupId,
      groupInstanceId,
      generationId: this.generationId,
      memberId: this.memberId,
      protocolType: PROTOCOL_TYPE,
      protocolName: joined.protocolName,
      assignments: [...(assignment ?? [])].map(([memberId, places]) => ({
        memberId,
        assignment: encodeAssignment(ASSIGNMENT_VERSION, {
          assignedPartitions: byTopic(places).map(({ topic, partitions }) => ({
            topic,
            partitions: [...partitions],
          })),
        }),
      })),
    };
    const synced = await this.client.requestOnce(this.route, SyncGroup, body, {
      heldMs: rebalanceTimeoutMs,
      lane: this.lane,
    });
    this.check("sync with", synced.errorCode);
    // A member that got nothing may be told so by no bytes at all.
    return synced.assignment.length === 0
      ? []
      : flatPartitions(decodeAssignment(synced.assignment).assignedPartitions);
  }

  /** What the coordinator says to a sign of life. */
  async heartbeat(): Promise<ErrorName> {
    const { groupId, groupInstanceId } = this.options;
    const { generationId, memberId } = this;
    const body = { groupId, groupInstanceId, generationId, memberId };
    const { errorCode } = await this.client.requestOnce(this.route, Heartbeat, body, { lane: this.lane });
    return errorName(errorCode);
  }

  /**
   * Says goodbye, so that the others need not wait for the session to time out. A static member stays: it is expected
   * back. Not in the session's own lane, where a join may be waiting.
   */
  async leave(reason: string): Promise<void> {
    const { memberId } = this;
    const { groupId, groupInstanceId } = this.options;
    this.forget();
    if (memberId === "" || groupInstanceId !== null) return;
    const body = { groupId, memberId, members: [{ memberId, reason }] };
    await this.client.requestOnce(this.route, LeaveGroup, body, { lane: MAIN_LANE });
  }

  /** Lost to the group: the next join is that of a newcomer. */
  forget(): void {
    this.memberId = "";
    this.generationId = -1;
  }

  private check(action: string, errorCode: number): void {
    if (errorCode !== 0)
      throw new KafkaError(`${action} group "${this.options.groupId}"`, errorName(errorCode));
  }
}
