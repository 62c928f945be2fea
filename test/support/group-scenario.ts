import type { Decision, JoinResponse, Moment, SyncResponse } from "../../src/core/groups/decision.ts";
import { DEFAULT_GROUP_CONFIG } from "../../src/core/groups/group-config.ts";
import type { GroupConfig } from "../../src/core/groups/group-config.ts";
import { GroupCore } from "../../src/core/groups/group-core.ts";
import type { GroupRecord } from "../../src/core/groups/group-record.ts";
import { GroupState } from "../../src/core/groups/group-state.ts";
import type { JoinRequest } from "../../src/core/groups/join.ts";
import type { HeartbeatRequest, LeavingMember } from "../../src/core/groups/membership.ts";
import type { OffsetCommitRequest } from "../../src/core/groups/offsets.ts";
import type { SyncRequest } from "../../src/core/groups/sync.ts";
import { ZERO_UUID } from "../../src/base/uuid.ts";

/** A request that has been made; `response` is null until it is answered. */
export interface Call<R> {
  response: R | null;
}

/**
 * A coordinator, a clock and a log in one hand, for tests: plain calls, and answers that can be looked at.
 * What is written is committed at once, unless `holdCommits` was called.
 */
export class GroupScenario {
  core: GroupCore;
  written: GroupRecord[] = [];
  /** Why the groups did what they did, in words. */
  readonly notes: string[] = [];
  nowMs = 1_000_000;
  readonly config: GroupConfig;
  #calls = new Map<number, Call<JoinResponse> | Call<SyncResponse>>();
  #tickets = 0;
  #uuids = 0;
  #held: (() => void)[] | null = null;

  constructor(config: Partial<GroupConfig> = {}) {
    this.config = { ...DEFAULT_GROUP_CONFIG, ...config };
    this.core = new GroupCore(new GroupState(), this.config, this.#newUuid);
  }

  get now(): Moment {
    return { wallMs: 1_700_000_000_000 + this.nowMs, monotonicMs: this.nowMs };
  }

  join(request: Partial<JoinRequest> = {}): Call<JoinResponse> {
    const { ticket, call } = this.#call<JoinResponse>();
    this.#run(this.core.join(this.now, { ...JOIN, ...request, ticket }));
    return call;
  }

  sync(request: Partial<SyncRequest>): Call<SyncResponse> {
    const { ticket, call } = this.#call<SyncResponse>();
    this.#run(this.core.sync(this.now, { ...SYNC, ...request, ticket }));
    return call;
  }

  heartbeat(request: Partial<HeartbeatRequest>): string {
    return this.core.heartbeat(this.now, {
      groupId: "g",
      generation: 1,
      memberId: "",
      groupInstanceId: null,
      ...request,
    });
  }

  leave(members: readonly Partial<LeavingMember>[], groupId = "g"): string[] {
    const identities = members.map((member) => ({ memberId: "", groupInstanceId: null, ...member }));
    const decision = this.core.leave(this.now, { groupId, members: identities });
    this.#run(decision);
    const { response } = decision;
    return response.error === "NONE" ? response.members.map((member) => member.error) : [response.error];
  }

  /** Commits `offset` for t-0, unless the request says otherwise. Returns the errors, flat. */
  commit(offset: number, request: Partial<OffsetCommitRequest> = {}): string[] {
    const partition = {
      partitionIndex: 0,
      committedOffset: offset,
      committedLeaderEpoch: -1,
      committedMetadata: null,
    };
    const topics = [{ name: "t", topicId: ZERO_UUID, partitions: [partition] }];
    const decision = this.core.commitOffsets(this.now, { ...COMMIT, topics, ...request });
    this.#run(decision);
    return decision.response.flat();
  }

  committed(topic = "t", groupId = "g"): number {
    const query = {
      groupId,
      requireStable: false,
      topics: [{ name: topic, topicId: ZERO_UUID, partitionIndexes: [0] }],
    };
    return this.core.fetchOffsets(query)[0]!.partitions[0]!.committedOffset;
  }

  deleteOffsets(topic: string, groupId = "g"): string[] {
    const decision = this.core.deleteOffsets(this.now, {
      groupId,
      topics: [{ name: topic, partitions: [0] }],
    });
    this.#run(decision);
    return [decision.response.error, ...decision.response.partitions.flat()];
  }

  deleteGroup(groupId = "g"): string {
    const decision = this.core.deleteGroup(this.now, groupId);
    this.#run(decision);
    return decision.response;
  }

  expireOffsets(): void {
    this.#run(this.core.expireOffsets(this.now));
  }

  forgetTopics(...topics: string[]): void {
    this.#run(this.core.forgetTopics(this.now, new Set(topics)));
  }

  /** Lets time pass, doing what is due when it is due. */
  advance(durationMs: number): void {
    const endMs = this.nowMs + durationMs;
    for (;;) {
      const nextMs = this.core.nextDeadlineMs();
      if (nextMs === null || nextMs > endMs) break;
      this.nowMs = Math.max(this.nowMs, nextMs);
      this.#run(this.core.tick(this.now));
    }
    this.nowMs = endMs;
  }

  holdCommits(): void {
    this.#held ??= [];
  }

  releaseCommits(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const settle of held) settle();
  }

  /** The broker dies and comes back: only the log is left. */
  restart(): void {
    this.core = new GroupCore(this.replayed(), this.config, this.#newUuid);
    this.#calls.clear();
    this.#held = null;
    this.#run(this.core.takeOver(this.now));
  }

  replayed(): GroupState {
    const state = new GroupState();
    for (const record of this.written) state.apply(record);
    return state;
  }

  describe(groupId = "g"): string {
    const { groupState, members } = this.core.describe(groupId);
    return `${groupState} ${members.length}`;
  }

  /** A dynamic member goes through MEMBER_ID_REQUIRED; its join is then waiting or answered. */
  joinDynamic(request: Partial<JoinRequest> = {}): { memberId: string; join: Call<JoinResponse> } {
    const memberId = this.join(request).response!.memberId;
    return { memberId, join: this.join({ ...request, memberId }) };
  }

  /** A group of one dynamic member with an assignment, in generation 1. Returns the member's id. */
  stableGroup(request: Partial<JoinRequest> = {}): string {
    const { memberId, join } = this.joinDynamic(request);
    this.advance(this.config.initialRebalanceDelayMs);
    const { generation } = join.response!;
    const { groupId = "g", protocolType = "consumer" } = request;
    this.sync({
      groupId,
      protocolType,
      memberId,
      generation,
      assignments: [{ memberId, assignment: bytes("a") }],
    });
    return memberId;
  }

  #newUuid = (): string => {
    this.#uuids += 1;
    return `uuid${this.#uuids}`;
  };

  #call<R>(): { ticket: number; call: Call<R> } {
    this.#tickets += 1;
    const call: Call<R> = { response: null };
    this.#calls.set(this.#tickets, call as Call<JoinResponse>);
    return { ticket: this.#tickets, call };
  }

  #run(decision: Decision<unknown>): void {
    this.notes.push(...decision.notes.map(({ text }) => text));
    for (const record of decision.records) {
      this.written.push(record);
      this.core.apply(record);
    }
    const settle = (): void => {
      for (const answer of decision.answers) {
        const call = this.#calls.get(answer.ticket);
        if (call !== undefined) call.response = answer.response as never;
        this.#calls.delete(answer.ticket);
      }
      for (const stored of decision.stored) this.#run(this.core.assignmentStored(this.now, stored));
    };
    if (this.#held !== null && decision.records.length > 0) this.#held.push(settle);
    else settle();
  }

  /** Requests that still wait. */
  get waiting(): number {
    return this.#calls.size;
  }
}

export function bytes(text: string): Buffer {
  return Buffer.from(text);
}

/** A ConsumerProtocolSubscription v0. */
export function subscription(...topics: string[]): Buffer {
  const parts: Buffer[] = [Buffer.from([0, 0, 0, 0, 0, topics.length])];
  for (const topic of topics) parts.push(Buffer.from([0, topic.length]), bytes(topic));
  return Buffer.concat([...parts, Buffer.from([255, 255, 255, 255])]);
}

export function range(metadata: Buffer | string = "m"): { name: string; metadata: Buffer }[] {
  return [{ name: "range", metadata: typeof metadata === "string" ? bytes(metadata) : metadata }];
}

const JOIN: JoinRequest = {
  ticket: 0,
  groupId: "g",
  sessionTimeoutMs: 10_000,
  rebalanceTimeoutMs: 60_000,
  memberId: "",
  groupInstanceId: null,
  protocolType: "consumer",
  protocols: range(),
  clientId: "probe",
  clientHost: "/127.0.0.1",
  requiresKnownMemberId: true,
  supportsSkippingAssignment: true,
};

const SYNC: SyncRequest = {
  ticket: 0,
  groupId: "g",
  generation: 1,
  memberId: "",
  groupInstanceId: null,
  protocolType: "consumer",
  protocolName: "range",
  assignments: [],
};

const COMMIT: OffsetCommitRequest = {
  groupId: "g",
  generation: -1,
  memberId: "",
  groupInstanceId: null,
  retentionTimeMs: -1,
  knowsGroupIdNotFound: true,
  topics: [],
};
