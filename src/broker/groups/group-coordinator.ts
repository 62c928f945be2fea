import type { CodecName } from "../../base/compression.ts";
import type { DescribedGroup, GroupFilter, ListedGroup } from "../../core/groups/administration.ts";
import { coordinatorPartition } from "../../core/groups/coordinator-partition.ts";
import type { GroupCensus } from "../../core/groups/census.ts";
import { joinRefusal, syncRefusal } from "../../core/groups/decision.ts";
import type { Decision, GroupError, JoinResponse, SyncResponse } from "../../core/groups/decision.ts";
import type { GroupConfig } from "../../core/groups/group-config.ts";
import type { GroupState } from "../../core/groups/group-state.ts";
import type { JoinRequest } from "../../core/groups/join.ts";
import type { HeartbeatRequest, LeaveRequest, LeaveResponse } from "../../core/groups/membership.ts";
import type {
  FetchedTopic,
  OffsetCommitErrors,
  OffsetCommitRequest,
  OffsetDeleteRequest,
  OffsetDeleteResponse,
  OffsetQuery,
} from "../../core/groups/offsets.ts";
import type { SyncRequest } from "../../core/groups/sync.ts";
import type { Env } from "../../ports/env.ts";
import type { Timer } from "../../ports/clock.ts";
import { GroupCounters } from "../counters/group-counters.ts";
import { GroupShard } from "./group-shard.ts";
import { javaUuid } from "./java-uuid.ts";
import type { OffsetsPartition, OffsetsTopic } from "./offsets-partition.ts";

export interface GroupCoordinatorOptions {
  readonly env: Env;
  readonly nodeId: number;
  readonly topic: OffsetsTopic;
  readonly config: GroupConfig;
  /** `offsets.retention.check.interval.ms` */
  readonly retentionCheckIntervalMs: number;
  /** `offsets.topic.compression.codec` */
  readonly codec: CodecName;
}

/** The offsets of one group, or why there are none. */
export interface FetchedOffsets {
  readonly error: GroupError;
  readonly topics: readonly FetchedTopic[];
}

export interface OffsetSelection {
  readonly groupId: string;
  readonly requireStable: boolean;
  /** Null asks for all. */
  readonly topics: OffsetQuery["topics"] | null;
}

/** By topic and partition. */
type GroupOffsets = ReturnType<GroupState["offsets"]>;

/** Where the coordinator of a group is. */
export type CoordinatorLocation =
  | { readonly nodeId: number }
  | { readonly error: "COORDINATOR_NOT_AVAILABLE" };

/**
 * The coordinator of all groups whose `__consumer_offsets` partition this broker leads. The owner of the partitions
 * tells it which those are (`takeOver`, `resign`); for all others it answers NOT_COORDINATOR.
 */
export class GroupCoordinator {
  readonly counters = new GroupCounters();
  readonly #options: GroupCoordinatorOptions;
  readonly #shards = new Map<number, GroupShard>();
  #expiry: Timer | null = null;
  #creation: Promise<boolean> | null = null;
  #closed = false;

  constructor(options: GroupCoordinatorOptions) {
    this.#options = options;
    this.#scheduleExpiry();
  }

  /** This broker leads the partition now: its log is read, and its groups are served from then on. */
  takeOver(index: number, partition: OffsetsPartition): void {
    if (this.#closed) return;
    this.#shards.get(index)?.close();
    const { env, config, codec } = this.#options;
    const newUuid = (): string => javaUuid(env.random);
    const shard = new GroupShard({
      index,
      partition,
      clock: env.clock,
      log: env.log,
      config,
      newUuid,
      codec,
      counters: this.counters,
    });
    this.#shards.set(index, shard);
  }

  /** Another broker leads the partition now, or nobody does. */
  resign(index: number): void {
    this.#shards.get(index)?.close();
    this.#shards.delete(index);
  }

  /** Ends all waiting requests. */
  close(): void {
    this.#closed = true;
    this.#expiry?.cancel();
    for (const index of this.#shards.keys()) this.resign(index);
  }

  /** FindCoordinator of a group. The first one creates the topic. */
  async locate(groupId: string): Promise<CoordinatorLocation> {
    const { topic } = this.#options;
    if (topic.partitionCount() === null) await this.#createTopic();
    const count = topic.partitionCount();
    const nodeId = count === null ? null : topic.leaderOf(coordinatorPartition(groupId, count));
    return nodeId === null ? { error: "COORDINATOR_NOT_AVAILABLE" } : { nodeId };
  }

  join(request: Omit<JoinRequest, "ticket">): Promise<JoinResponse> {
    const shard = this.#shardOf(request.groupId);
    return shard?.join(request) ?? Promise.resolve(joinRefusal(absent(request.groupId), request.memberId));
  }

  sync(request: Omit<SyncRequest, "ticket">): Promise<SyncResponse> {
    const shard = this.#shardOf(request.groupId);
    return shard?.sync(request) ?? Promise.resolve(syncRefusal(absent(request.groupId)));
  }

  heartbeat(request: HeartbeatRequest): GroupError {
    const shard = this.#shardOf(request.groupId);
    return shard?.heartbeat((core, now) => core.heartbeat(now, request)) ?? absent(request.groupId);
  }

  async leave(request: LeaveRequest): Promise<LeaveResponse> {
    const shard = this.#shardOf(request.groupId);
    const refuse = (error: GroupError): LeaveResponse => ({ error, members: [] });
    if (shard === undefined) return refuse(absent(request.groupId));
    return shard.decide((core, now) => core.leave(now, request), refuse);
  }

  async commitOffsets(request: OffsetCommitRequest): Promise<OffsetCommitErrors> {
    const shard = this.#shardOf(request.groupId);
    const refuse = (error: GroupError): OffsetCommitErrors =>
      request.topics.map((topic) => topic.partitions.map(() => error));
    if (shard === undefined) return refuse("NOT_COORDINATOR");
    return shard.decide((core, now) => core.commitOffsets(now, request), refuse);
  }

  async fetchOffsets({ groupId, requireStable, topics }: OffsetSelection): Promise<FetchedOffsets> {
    const shard = this.#shardOf(groupId);
    const refuse = (error: GroupError): FetchedOffsets => ({ error, topics: [] });
    if (shard === undefined) return refuse("NOT_COORDINATOR");
    return shard.look((core) => {
      if (topics === null) return { error: "NONE", topics: core.fetchAllOffsets(groupId, { requireStable }) };
      return { error: "NONE", topics: core.fetchOffsets({ groupId, requireStable, topics }) };
    }, refuse);
  }

  async deleteOffsets(request: OffsetDeleteRequest): Promise<OffsetDeleteResponse> {
    const shard = this.#shardOf(request.groupId);
    const refuse = (error: GroupError): OffsetDeleteResponse => ({ error, partitions: [] });
    if (shard === undefined) return refuse(absent(request.groupId));
    return shard.decide((core, now) => core.deleteOffsets(now, request), refuse);
  }

  async describe(groupId: string): Promise<DescribedGroup> {
    const shard = this.#shardOf(groupId);
    const refuse = (error: GroupError): DescribedGroup => {
      return { error, groupId, groupState: "", protocolType: "", protocolData: "", members: [] };
    };
    if (shard === undefined) return refuse("NOT_COORDINATOR");
    return shard.look((core) => core.describe(groupId), refuse);
  }

  /** The groups of this broker only: a client asks every broker. */
  list(filter: GroupFilter): { readonly error: GroupError; readonly groups: readonly ListedGroup[] } {
    const groups: ListedGroup[] = [];
    for (const { core } of this.#shards.values()) {
      if (core === null) return { error: "COORDINATOR_LOAD_IN_PROGRESS", groups: [] };
      groups.push(...core.list(filter));
    }
    return { error: "NONE", groups };
  }

  /** What is there, of each partition of `__consumer_offsets`; null where its log is being read. */
  census(): (GroupCensus | null)[] {
    return Array.from(this.#shards.values(), ({ core }) => core?.census() ?? null);
  }

  /** The offsets of each group whose log has been read, by topic and partition. */
  *offsets(): Iterable<readonly [groupId: string, offsets: GroupOffsets]> {
    for (const { core } of this.#shards.values()) {
      if (core === null) continue;
      for (const groupId of core.state.groupIds()) yield [groupId, core.state.offsets(groupId)];
    }
  }

  async deleteGroup(groupId: string): Promise<GroupError> {
    const shard = this.#shardOf(groupId);
    if (shard === undefined) return "NOT_COORDINATOR";
    return shard.decide(
      (core, now) => core.deleteGroup(now, groupId),
      (error) => error,
    );
  }

  /** Topics are gone: so are the offsets in them. */
  async onTopicsDeleted(names: Iterable<string>): Promise<void> {
    const topics = new Set(names);
    const shards = [...this.#shards.values()];
    await Promise.all(
      shards.map((shard) =>
        shard.decide(
          (core, now) => core.forgetTopics(now, topics),
          () => null,
        ),
      ),
    );
  }

  #shardOf(groupId: string): GroupShard | undefined {
    const count = this.#options.topic.partitionCount();
    return count === null ? undefined : this.#shards.get(coordinatorPartition(groupId, count));
  }

  /** Many clients may come at once; they share one attempt. */
  #createTopic(): Promise<boolean> {
    this.#creation ??= this.#options.topic.create().finally(() => (this.#creation = null));
    return this.#creation;
  }

  #countExpired(decision: Decision): Decision {
    for (const { kind } of decision.records) if (kind === "offset") this.counters.offsetsExpired += 1;
    return decision;
  }

  #scheduleExpiry(): void {
    this.#expiry = this.#options.env.clock.schedule(this.#options.retentionCheckIntervalMs, () => {
      for (const shard of this.#shards.values()) {
        void shard.decide(
          (core, now) => this.#countExpired(core.expireOffsets(now)),
          () => null,
        );
      }
      this.#scheduleExpiry();
    });
  }
}

/** An empty group id is refused as such, wherever the request went. */
function absent(groupId: string): GroupError {
  return groupId === "" ? "INVALID_GROUP_ID" : "NOT_COORDINATOR";
}
