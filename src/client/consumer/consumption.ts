import { assignors } from "./assignors.ts";
import { asError, ClientError } from "../client-error.ts";
import type { ClusterClient } from "../network/cluster-client.ts";
import type { ConsumedPartition } from "./consumed-partition.ts";
import type { ConsumerSettings, RebalanceEvent } from "./consumer-options.ts";
import type { OffsetToCommit } from "./consumer-record.ts";
import { publish } from "../diagnostics.ts";
import { Fetcher, type FetchCounts } from "./fetcher.ts";
import { GroupMember, type PartitionOwner } from "./group-member.ts";
import { isOutdated, OffsetCommits, type CommitCounts } from "./offset-commits.ts";
import { PartitionLeaders } from "./partition-leaders.ts";
import { PartitionPositions } from "./partition-positions.ts";
import { RecordFlow } from "./record-flow.ts";
import { mayRetry } from "../network/retry.ts";
import type { Subscription } from "./subscription.ts";
import { partitionName, type TopicPartition } from "../topic-partition.ts";

export interface ConsumptionCounts extends FetchCounts, CommitCounts {
  /** Handed over to the program. */
  recordsReceived: number;
  /** Times that the group gave this member its partitions anew. */
  rebalances: number;
}

export interface ConsumptionWiring<K, V> {
  readonly settings: ConsumerSettings;
  /** Null when partitions are assigned by hand. */
  readonly subscription: Subscription | null;
  /** By name. Those of a group come and go with its rebalances. */
  readonly partitions: Map<string, ConsumedPartition<K, V>>;
  readonly counts: ConsumptionCounts;
  /** Told apart from other consumers that share the client's connections. */
  readonly name: string;
  newPartition(place: TopicPartition): ConsumedPartition<K, V>;
}

/**
 * One run of a consumer, from its first poll until it stops: the group's rebalances and the commits meet the caller's
 * loop here, so that no partition is given up while one of its records is being worked on.
 */
export class Consumption<K, V> implements PartitionOwner {
  private readonly client: ClusterClient;
  private readonly wiring: ConsumptionWiring<K, V>;
  readonly flow: RecordFlow<K, V>;
  private readonly leaders: PartitionLeaders;
  private readonly positions: PartitionPositions;
  private readonly fetcher: Fetcher;
  private readonly member: GroupMember | null;
  private readonly commits: OffsetCommits | null;
  private commitTimer: { cancel(): void } | null = null;
  private lossWaiters: (() => void)[] = [];
  private readonly stopping = new AbortController();

  constructor(client: ClusterClient, wiring: ConsumptionWiring<K, V>) {
    this.client = client;
    this.wiring = wiring;
    const { settings, partitions, counts, name } = wiring;
    const { groupId } = settings;
    this.flow = new RecordFlow(client.env, {
      partitions,
      recordsMax: settings.maxPollRecords,
      counts,
      onTaken: () => this.fetcher.refill(),
    });
    const { signal } = this.stopping;
    this.leaders = new PartitionLeaders(client, {
      signal,
      onNews: () => this.wake(),
      onFailure: (error) => this.fail(error),
    });
    this.fetcher = new Fetcher(client, {
      options: settings,
      leaders: this.leaders,
      listener: {
        onReady: (partition) => this.flow.offer(partition),
        onUnsettled: () => this.positions.wake(),
        onFailure: (error) => this.fail(error),
      },
      lane: `fetch-${name}`,
      partitions,
      counts,
    });
    this.positions = new PartitionPositions(client, {
      options: settings,
      leaders: this.leaders,
      signal,
      partitions,
      onFailed: (partition) => this.flow.offer(partition),
      onSettled: () => this.fetcher.wake(),
    });
    const member = wiring.subscription === null ? null : this.newMember(wiring.subscription);
    this.member = member;
    this.commits =
      groupId === null ? null : new OffsetCommits(client, { groupId, member, partitions, counts, signal });
  }

  private newMember(subscription: Subscription): GroupMember {
    const { settings, name } = this.wiring;
    return new GroupMember(this.client, {
      options: {
        groupId: settings.groupId!,
        groupInstanceId: settings.groupInstanceId,
        sessionTimeoutMs: settings.sessionTimeoutMs,
        rebalanceTimeoutMs: settings.maxPollIntervalMs,
        heartbeatIntervalMs: settings.heartbeatIntervalMs,
        rackId: settings.clientRack === "" ? null : settings.clientRack,
        assignors: settings.partitionAssignors.map((assignor) => assignors[assignor]),
      },
      subscription,
      owner: this,
      lane: `group-${name}`,
    });
  }

  private get isStopped(): boolean {
    return this.stopping.signal.aborted;
  }

  start(): void {
    this.member?.start();
    if (this.commits !== null && this.wiring.settings.autoCommit) this.scheduleCommit();
    this.wake();
  }

  /** Partitions were added, moved, resumed, or more is known of their leaders. */
  wake(): void {
    if (this.isStopped) return;
    for (const partition of this.wiring.partitions.values()) this.flow.offer(partition);
    this.positions.wake();
    this.fetcher.wake();
  }

  fail(error: Error): void {
    this.flow.fail(error);
  }

  abandon(error: Error): void {
    this.lose(this.owned());
    this.flow.fail(error, { isFinal: true });
  }

  owned(): readonly TopicPartition[] {
    return [...this.wiring.partitions.values()].map(({ topic, partition }) => ({ topic, partition }));
  }

  busySinceMs(): number | null {
    return this.flow.busySinceMs();
  }

  async idle(): Promise<void> {
    await this.flow.idle();
  }

  async beforeJoin(): Promise<void> {
    await this.commitQuietly();
  }

  assign(added: readonly TopicPartition[], generationId: number): void {
    if (this.isStopped) return;
    const { partitions, counts } = this.wiring;
    counts.rebalances += 1;
    for (const place of added) partitions.set(partitionName(place), this.wiring.newPartition(place));
    this.publishRebalance({ added, revoked: [], generationId });
    if (added.length > 0) void this.tell({ kind: "assigned", partitions: added });
    this.wake();
  }

  async revoke(places: readonly TopicPartition[]): Promise<void> {
    const leaving = this.take(places);
    if (leaving.some((partition) => this.flow.holds(partition))) await this.idleOrLost();
    const isOwned = leaving.every((partition) => this.wiring.partitions.get(partition.name) === partition);
    if (this.isStopped || !isOwned) return;
    await this.commitQuietly();
    await this.tell({ kind: "revoked", partitions: places });
    for (const { name } of leaving) this.wiring.partitions.delete(name);
    const generationId = this.member?.session.generationId ?? -1;
    this.publishRebalance({ added: [], revoked: places, generationId });
  }

  lose(places: readonly TopicPartition[]): void {
    if (places.length === 0) return;
    for (const { name } of this.take(places)) this.wiring.partitions.delete(name);
    this.wakeLossWaiters();
    this.publishRebalance({ added: [], revoked: places, generationId: -1 });
    void this.tell({ kind: "lost", partitions: places });
  }

  /** From here on nothing more of these is handed over. */
  private take(places: readonly TopicPartition[]): ConsumedPartition<K, V>[] {
    const taken = places
      .map((place) => this.wiring.partitions.get(partitionName(place)))
      .filter((partition) => partition !== undefined);
    for (const partition of taken) {
      partition.isLeaving = true;
      this.flow.cut(partition, { putsBack: false });
    }
    return taken;
  }

  /** Nobody need wait for a record that cannot be committed any more. */
  private async idleOrLost(): Promise<void> {
    const lost = new Promise<void>((resolve) => this.lossWaiters.push(resolve));
    await Promise.race([this.flow.idle(), lost]);
  }

  private wakeLossWaiters(): void {
    const waiters = this.lossWaiters;
    this.lossWaiters = [];
    for (const resolve of waiters) resolve();
  }

  private publishRebalance(change: {
    readonly added: readonly TopicPartition[];
    readonly revoked: readonly TopicPartition[];
    readonly generationId: number;
  }): void {
    publish("rebalance", () => ({
      clientId: this.client.options.clientId,
      groupId: this.wiring.settings.groupId ?? "",
      memberId: this.member?.session.memberId ?? "",
      assigned: this.owned(),
      ...change,
    }));
  }

  /** The listener's own failure is the caller's to hear; it does not keep the group waiting. */
  private async tell(event: RebalanceEvent): Promise<void> {
    try {
      await this.wiring.settings.onRebalance(event);
    } catch (error) {
      this.fail(asError(error));
    }
  }

  private scheduleCommit(): void {
    this.commitTimer = this.client.env.clock.schedule(this.wiring.settings.autoCommitIntervalMs, () => {
      void this.commitQuietly().then(() => {
        if (!this.isStopped) this.scheduleCommit();
      });
    });
  }

  /** What has been worked through and is not committed. */
  processed(): OffsetToCommit[] {
    this.flow.note();
    const offsets: OffsetToCommit[] = [];
    for (const { topic, partition, processed, committedOffset } of this.wiring.partitions.values()) {
      if (processed === null || processed.offset === committedOffset) continue;
      offsets.push({ topic, partition, ...processed });
    }
    return offsets;
  }

  /** As auto-commit does: what a rebalance or an outage keeps from being committed now is so later, or read again. */
  private async commitQuietly(): Promise<void> {
    if (this.commits === null || !this.wiring.settings.autoCommit) return;
    try {
      await this.commits.commit(this.processed());
    } catch (error) {
      if (!isOutdated(error) && !mayRetry(error)) this.fail(asError(error));
    }
  }

  async commit(offsets: readonly OffsetToCommit[]): Promise<void> {
    await this.commits?.commit(offsets);
  }

  /** Commits what has been worked through, leaves the group and gives the connections back. */
  async stop(reason: string): Promise<void> {
    if (this.isStopped) return;
    this.flow.end();
    this.commitTimer?.cancel();
    await this.commitQuietly();
    this.stopping.abort(new ClientError("ended", "The consumer has stopped"));
    this.commitTimer?.cancel();
    this.wakeLossWaiters();
    this.fetcher.stop();
    await this.member?.close(reason);
    this.client.closeLane(`group-${this.wiring.name}`);
  }
}
