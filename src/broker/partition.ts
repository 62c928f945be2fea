import type { Uuid } from "../base/uuid.ts";
import { nextHighWatermark } from "../core/replication/high-watermark.ts";
import type { PartitionLog } from "./log/partition-log.ts";
import type { TopicTraffic } from "./counters/topic-traffic.ts";
import { StorageError } from "./log/storage-error.ts";
import { CommitWaiters, type CommitListener } from "./commit-waiters.ts";

/** What the metadata log says of a partition. */
export interface PartitionState {
  readonly leader: number; // -1: none.
  readonly leaderEpoch: number;
  readonly partitionEpoch: number;
  readonly replicas: readonly number[];
  readonly isr: readonly number[];
}

export interface PartitionOptions {
  readonly nodeId: number;
  readonly topic: string;
  readonly topicId: Uuid;
  readonly index: number;
  readonly log: PartitionLog;
  readonly state: PartitionState;
  readonly traffic: TopicTraffic;
}

/**
 * One partition as its leader sees it: the log, the epochs under which it is written, and those who wait for
 * its high watermark.
 *
 * `log.logEndOffset` is what has been written, `highWatermark` what is committed. Consumers read up to the
 * latter, `acks=all` is answered by it, `acks=1` by the former.
 */
export class Partition {
  readonly topic: string;
  readonly topicId: Uuid;
  readonly index: number;
  readonly log: PartitionLog;
  /** Shared by all partitions of the topic. */
  readonly traffic: TopicTraffic;
  private readonly nodeId: number;
  private current: PartitionState;
  private isClosed = false;
  private readonly commitWaiters = new CommitWaiters();
  /** Null until somebody waits: with most of ten thousand partitions nobody ever does. */
  private fetchWaiters: Set<() => void> | null = null;

  constructor(options: PartitionOptions) {
    this.topic = options.topic;
    this.topicId = options.topicId;
    this.index = options.index;
    this.log = options.log;
    this.traffic = options.traffic;
    this.nodeId = options.nodeId;
    this.current = options.state;
    this.log.onDurable(() => this.advance());
    this.advance();
  }

  get state(): PartitionState {
    return this.current;
  }

  get isLeader(): boolean {
    return this.current.leader === this.nodeId;
  }

  get leaderEpoch(): number {
    return this.current.leaderEpoch;
  }

  /** Exclusive. */
  get highWatermark(): number {
    return this.log.highWatermark;
  }

  get waitingCommits(): number {
    return this.commitWaiters.size;
  }

  /** Takes over a committed metadata change. */
  update(state: PartitionState): void {
    this.current = state;
    if (!this.isLeader) this.commitWaiters.abandon();
    this.advance();
    this.wakeFetches();
  }

  /** Fewest in-sync replicas that may acknowledge, lowered to what there are. */
  get isrSizeMin(): number {
    return Math.min(this.log.config.minInsyncReplicas, this.current.replicas.length);
  }

  /**
   * Calls the listener once everything below `offset` (exclusive) is committed, or when the deadline passes.
   * Only the owner of the deadlines (`Partitions`) lets time pass.
   */
  whenCommitted(offset: number, deadlineMs: number, listener: CommitListener): void {
    if (offset <= this.highWatermark) listener(true);
    else this.commitWaiters.add({ offset, deadlineMs, listener });
  }

  /** Why those who wait for a commit are being told that it did not happen. */
  get commitFailure(): "KAFKA_STORAGE_ERROR" | "NOT_LEADER_OR_FOLLOWER" | "REQUEST_TIMED_OUT" {
    if (this.log.isOffline) return "KAFKA_STORAGE_ERROR";
    return this.isLeader && !this.isClosed ? "REQUEST_TIMED_OUT" : "NOT_LEADER_OR_FOLLOWER";
  }

  expireWaiters(monotonicMs: number): void {
    this.commitWaiters.expire(monotonicMs);
  }

  /** Somebody waits to read what is written next. */
  get hasWaitingReaders(): boolean {
    return this.fetchWaiters !== null && this.fetchWaiters.size > 0;
  }

  /**
   * Resolves when all that is written now is durable, or never will be. Who asks for the end of the log waits for
   * this, because a producer with acks=1 expects to find its record there.
   */
  async whenWrittenIsDurable(): Promise<void> {
    if (this.log.durableEndOffset >= this.log.logEndOffset) return;
    try {
      await this.log.flush();
    } catch (error) {
      // The directory is offline: what was committed before is still the answer.
      if (!(error instanceof StorageError)) throw error;
    }
  }

  /** Calls `wake` whenever more may be readable, until the returned function is called. */
  onReadable(wake: () => void): () => void {
    const waiters = (this.fetchWaiters ??= new Set());
    waiters.add(wake);
    this.log.flushing.hurry();
    return () => waiters.delete(wake);
  }

  /** Everybody who waits is answered: the partition was deleted or the broker stops. */
  close(): void {
    this.isClosed = true;
    this.commitWaiters.abandon();
    this.wakeFetches();
    this.fetchWaiters = null;
  }

  private advance(): void {
    const next = nextHighWatermark({
      durableEnds: [this.log.durableEndOffset],
      isrSizeMin: this.isrSizeMin,
      highWatermark: this.log.highWatermark,
    });
    if (next === this.log.highWatermark) {
      // What waits for a directory that has failed will never be committed.
      if (this.log.isOffline && this.commitWaiters.size > 0) this.commitWaiters.abandon();
      return;
    }
    this.log.advanceHighWatermark(next);
    this.commitWaiters.advance(next);
    this.wakeFetches();
  }

  private wakeFetches(): void {
    if (this.fetchWaiters !== null) for (const wake of this.fetchWaiters) wake();
  }
}
