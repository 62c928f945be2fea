import { ClientError } from "../client-error.ts";
import type { ClusterClient } from "../network/cluster-client.ts";
import { clusterClientOf, type ConnectionOptions } from "../connect.ts";
import { ConsumedPartition } from "./consumed-partition.ts";
import { consumerSettings, type ConsumerOptions, type ConsumerSettings } from "./consumer-options.ts";
import type { ConsumerRecord, OffsetToCommit } from "./consumer-record.ts";
import { Consumption, type ConsumptionCounts } from "./consumption.ts";
import { fetchCommitted, type OffsetAndMetadata } from "./group-offsets.ts";
import { EARLIEST, LATEST, listOffsets } from "./list-offsets.ts";
import { BatchIterator, RecordIterator } from "./record-iterator.ts";
import { Subscription } from "./subscription.ts";
import { partitionName, type TopicPartition } from "../topic-partition.ts";

/** Counters since the consumer was made, and what it holds now. */
export interface ConsumerMetrics extends Readonly<ConsumptionCounts> {
  /** Bytes that have been fetched and not been handed over. */
  readonly bufferedBytes: number;
}

/** A partition that is being read, and how far. */
export interface ConsumerPosition extends TopicPartition {
  /** The next offset to hand over; null until it is known. */
  readonly offset: number | null;
  /** Exclusive end of what can be read, as of the last answer; -1 before the first. */
  readonly highWatermark: number;
  readonly isPaused: boolean;
}

let consumersMade = 0;

/**
 * Reads topics, at least once by construction: a record's offset is committed only after the loop body has gone on to
 * the next one. A body that throws, or breaks out, leaves its record to be read again.
 *
 *     const consumer = new Consumer({ bootstrapServers: "127.0.0.1:9092", groupId: "billing", topics: ["orders"] });
 *     for await (const record of consumer) await bill(record.value);
 *
 * `batches()` hands over many records at a time, which is the fastest way; `poll` is what both are made of. One of them
 * may be used at a time.
 */
export class Consumer<K = Buffer, V = Buffer> {
  private readonly client: ClusterClient;
  private readonly isOwner: boolean;
  private readonly options: ConsumerOptions<K, V>;
  private readonly settings: ConsumerSettings;
  private readonly partitions = new Map<string, ConsumedPartition<K, V>>();
  private readonly counts: ConsumptionCounts = {
    recordsReceived: 0,
    bytesReceived: 0,
    fetches: 0,
    fetchErrors: 0,
    commits: 0,
    commitErrors: 0,
    rebalances: 0,
  };
  private readonly name: string;
  private subscription: Subscription | null = null;
  private consumption: Consumption<K, V> | null = null;
  private stopping: Promise<void> | null = null;
  private closing: Promise<void> | null = null;

  /** @throws ClientError `invalid` for an option that cannot be. */
  constructor(options: ConnectionOptions & ConsumerOptions<K, V>) {
    this.options = options;
    this.settings = consumerSettings(options);
    const { client, isOwned } = clusterClientOf(options);
    this.client = client;
    this.isOwner = isOwned;
    consumersMade += 1;
    this.name = `consumer-${consumersMade}`;
    if (options.topics !== undefined) this.subscribe(options.topics);
    options.signal?.addEventListener("abort", () => this.consumption?.flow.end(), { once: true });
  }

  /**
   * Reads topics as a member of the group from the next poll on, in place of what was read before.
   * @throws ClientError `invalid` without a group, or while reading.
   */
  subscribe(topics: string | RegExp | readonly (string | RegExp)[]): void {
    this.refuseWhileReading("subscribe");
    if (this.settings.groupId === null) {
      throw new ClientError(
        "invalid",
        "To subscribe, a consumer needs a groupId; without one it can assign()",
      );
    }
    this.subscription = new Subscription(topics, this.settings);
    this.partitions.clear();
  }

  /**
   * Reads these partitions, without taking part in a group's rebalances, in place of what was read before. Each begins
   * at its `offset`, else at what the group (if there is one) has committed, else as `autoOffsetReset` says.
   */
  assign(partitions: readonly (TopicPartition & { readonly offset?: number })[]): void {
    this.refuseWhileReading("assign");
    this.subscription = null;
    this.partitions.clear();
    for (const place of partitions) {
      const partition = this.newPartition(place);
      if (place.offset !== undefined) partition.seek({ offset: place.offset, leaderEpoch: -1 });
      this.partitions.set(partition.name, partition);
    }
  }

  private refuseWhileReading(action: string): void {
    if (this.consumption === null) return;
    throw new ClientError("invalid", `A consumer that is reading cannot ${action}: leave the loop first`);
  }

  private newPartition({ topic, partition }: TopicPartition): ConsumedPartition<K, V> {
    const { keyDeserializer = null, valueDeserializer = null } = this.options;
    return new ConsumedPartition<K, V>({ topic, partition, keyDeserializer, valueDeserializer });
  }

  /** Records one by one. Leaving the loop commits what has been worked through, and leaves the group. */
  [Symbol.asyncIterator](): AsyncIterableIterator<ConsumerRecord<K, V>> {
    return new RecordIterator(this.source);
  }

  /**
   * Records by the batch: up to `maxPollRecords` of one partition at a time, in order, worked through when the body
   * goes on to the next batch.
   */
  batches(): AsyncIterableIterator<readonly ConsumerRecord<K, V>[]> {
    return new BatchIterator(this.source);
  }

  /**
   * Up to `maxPollRecords` records of one partition; none when none came within `waitMs`, or the consumer was stopped.
   * What the previous call returned counts as worked through.
   * @throws KafkaError or ClientError for what no retry mends.
   */
  async poll(waitMs = Infinity): Promise<readonly ConsumerRecord<K, V>[]> {
    return (await this.running().flow.next(true, waitMs))?.records ?? [];
  }

  /** What iterators draw from. */
  private readonly source = {
    next: async (isBatch: boolean) =>
      this.closing !== null ? null : await this.running().flow.next(isBatch),
    stop: async () => await this.stop("the consumer left its loop"),
  };

  private running(): Consumption<K, V> {
    if (this.closing !== null && this.consumption === null)
      throw new ClientError("ended", "The consumer is closed");
    if (this.consumption !== null) return this.consumption;
    if (this.subscription === null && this.partitions.size === 0) {
      throw new ClientError(
        "invalid",
        "There is nothing to read: give the consumer topics, subscribe() or assign()",
      );
    }
    this.consumption = new Consumption<K, V>(this.client, {
      settings: this.settings,
      subscription: this.subscription,
      partitions: this.partitions,
      counts: this.counts,
      name: this.name,
      newPartition: (place) => this.newPartition(place),
    });
    this.consumption.start();
    if (this.options.signal?.aborted === true) this.consumption.flow.end();
    return this.consumption;
  }

  /** The partitions that are read, and how far each has been handed over. */
  assignment(): ConsumerPosition[] {
    return [...this.partitions.values()].map(({ topic, partition, position, highWatermark, isPaused }) => ({
      topic,
      partition,
      offset: position,
      highWatermark,
      isPaused,
    }));
  }

  /** The next offset to hand over; null while it is not known, or the partition is not read. */
  position(place: TopicPartition): number | null {
    return this.partitions.get(partitionName(place))?.position ?? null;
  }

  /**
   * Goes on at `offset` with the next record. What was worked through before still counts when it was committed.
   * @throws ClientError `invalid` when the partition is not read by this consumer.
   */
  seek(place: TopicPartition & { readonly offset: number }): void {
    const partition = this.partitionOf(place);
    this.consumption?.flow.cut(partition, { putsBack: false });
    partition.seek({ offset: place.offset, leaderEpoch: -1 });
    this.consumption?.wake();
  }

  /** As `seek`, to the first record that there is. All partitions that are read when none are given. */
  async seekToBeginning(places?: readonly TopicPartition[]): Promise<void> {
    await this.seekToTimestamp(EARLIEST, places);
  }

  /** As `seek`, behind the last record that can be read. All partitions that are read when none are given. */
  async seekToEnd(places?: readonly TopicPartition[]): Promise<void> {
    await this.seekToTimestamp(LATEST, places);
  }

  private async seekToTimestamp(
    timestamp: number,
    places: readonly TopicPartition[] = this.assignment(),
  ): Promise<void> {
    const queries = places.map(({ topic, partition }) => ({ topic, partition, timestamp }));
    const { isolationLevel } = this.settings;
    for (const found of await listOffsets(this.client, queries, { isolationLevel })) this.seek(found);
  }

  private partitionOf(place: TopicPartition): ConsumedPartition<K, V> {
    const partition = this.partitions.get(partitionName(place));
    if (partition !== undefined) return partition;
    throw new ClientError("invalid", `${partitionName(place)} is not assigned to this consumer`);
  }

  /** Hands nothing more over of these partitions until `resume`, and stops fetching them. A rebalance forgets it. */
  pause(places: readonly TopicPartition[]): void {
    for (const partition of places.map((place) => this.partitionOf(place))) {
      partition.isPaused = true;
      this.consumption?.flow.cut(partition, { putsBack: true });
    }
  }

  resume(places: readonly TopicPartition[]): void {
    for (const place of places) this.partitionOf(place).isPaused = false;
    this.consumption?.wake();
  }

  /** What the group has committed for these partitions; those without are left out. */
  async committed(places: readonly TopicPartition[] = this.assignment()): Promise<OffsetAndMetadata[]> {
    return await fetchCommitted(this.client, this.groupId("read committed offsets"), places);
  }

  /**
   * Commits the given records and all before them in their partitions; without an argument, all that has been worked
   * through. Resolves when the group's coordinator has it.
   * @throws KafkaError ILLEGAL_GENERATION, UNKNOWN_MEMBER_ID or REBALANCE_IN_PROGRESS when the partitions have gone to
   * another member, which reads the records again.
   */
  async commit(records?: ConsumerRecord<K, V> | readonly ConsumerRecord<K, V>[]): Promise<void> {
    this.groupId("commit");
    const consumption = this.running();
    if (records === undefined) {
      await consumption.commit(consumption.processed());
      return;
    }
    const list: readonly ConsumerRecord<K, V>[] = "offset" in records ? [records] : records;
    const offsets = new Map<string, OffsetToCommit>();
    for (const { topic, partition, offset, leaderEpoch } of list) {
      const name = partitionName({ topic, partition });
      const known = offsets.get(name);
      if (known !== undefined && known.offset > offset) continue;
      offsets.set(name, { topic, partition, offset: offset + 1, leaderEpoch });
    }
    await consumption.commit([...offsets.values()]);
  }

  /** As `commit`, of offsets: each the next one to read in its partition. */
  async commitOffsets(offsets: readonly OffsetToCommit[]): Promise<void> {
    this.groupId("commit");
    await this.running().commit(offsets);
  }

  private groupId(action: string): string {
    if (this.settings.groupId !== null) return this.settings.groupId;
    throw new ClientError("invalid", `To ${action}, a consumer needs a groupId`);
  }

  get metrics(): ConsumerMetrics {
    let bufferedBytes = 0;
    for (const partition of this.partitions.values()) bufferedBytes += partition.bufferedBytes;
    return { ...this.counts, bufferedBytes };
  }

  private async stop(reason: string): Promise<void> {
    const { consumption } = this;
    if (consumption === null) return;
    this.stopping ??= consumption.stop(reason).finally(() => {
      this.stopping = null;
      this.consumption = null;
      if (this.subscription !== null) this.partitions.clear();
      for (const partition of this.partitions.values()) partition.rewind();
    });
    await this.stopping;
  }

  /**
   * Commits what has been worked through, leaves the group and closes the connections. A record that is being worked on
   * is not waited for, and read again later: to have it finished and committed, end the loop by `signal` instead.
   */
  async close(): Promise<void> {
    this.closing ??= this.closeAll();
    await this.closing;
  }

  private async closeAll(): Promise<void> {
    try {
      await this.stop("the consumer was closed");
    } finally {
      if (this.isOwner) await this.client.close();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
