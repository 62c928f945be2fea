import type { CodecName } from "../base/compression.ts";
import { errorName } from "../tables/errors.ts";
import { InitProducerId } from "../wire/kafka/messages/22-init-producer-id.ts";
import {
  Accumulator,
  recordSizeBytes,
  type BufferedRecord,
  type PendingBatch,
  type RecordHeader,
} from "./accumulator.ts";
import { ClientError, KafkaError } from "./client-error.ts";
import type { ClusterClient } from "./cluster-client.ts";
import type { TopicInfo } from "./cluster-metadata.ts";
import { partitionOfKey, StickyPartitioner } from "./partitioner.ts";
import { produceBatches, type Acks, type BatchOutcome } from "./produce-request.ts";
import { backoffMs, mayRetry } from "./retry.ts";

export interface ProducerOptions {
  readonly acks: Acks;
  /** Bytes of one partition's records that travel together. */
  readonly batchSizeBytes: number;
  /** Milliseconds that a batch which is not full waits for company. */
  readonly lingerMs: number;
  /** Bytes of records that are buffered or not yet acknowledged; above it, `send` waits. */
  readonly bufferMemoryBytes: number;
  readonly compression: CodecName;
  /** No duplicates and no reordering by retries; needs acks "all" (-1). */
  readonly isIdempotent: boolean;
  /** Milliseconds from `send` until a record that is still not acknowledged is given up. */
  readonly deliveryTimeoutMs: number;
}

export const PRODUCER_DEFAULTS: ProducerOptions = {
  acks: -1,
  batchSizeBytes: 65_536,
  lingerMs: 5,
  bufferMemoryBytes: 32 * 1024 * 1024,
  compression: "none",
  isIdempotent: true,
  deliveryTimeoutMs: 120_000,
};

export interface ProducerRecord {
  readonly topic: string;
  /** Chosen by the key, or sticky, when absent. */
  readonly partition?: number;
  readonly key?: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: readonly RecordHeader[];
  /** Milliseconds since the epoch; now when absent. */
  readonly timestamp?: number;
}

export interface Acknowledgement {
  readonly partition: number;
  /** -1 with acks 0, and for a record whose first try had been stored unbeknown to us. */
  readonly offset: number;
}

interface Entry {
  readonly partition: number;
  /** The record's place in its batch. */
  readonly index: number;
  readonly settlement: Settlement;
}

interface Settlement {
  readonly promise: Promise<BatchOutcome>;
  resolve(outcome: BatchOutcome): void;
  reject(error: unknown): void;
}

/** As many as a broker remembers per producer and partition, so that it can tell a retry from a new batch. */
const IDEMPOTENT_IN_FLIGHT_MAX = 5;
/** Records that may wait for their topic's metadata before `room` holds the sender back. */
const ENTERING_MAX = 1_000;

/**
 * Sends records: they wait in fixed-size batches per partition, leave by size or by `lingerMs`, and stay in
 * the buffer until their acks are satisfied. Retries keep the order of a partition: with idempotence the
 * broker refuses a batch that overtook another; without it only one batch is in flight.
 */
export class Producer {
  private readonly client: ClusterClient;
  private readonly options: ProducerOptions;
  private readonly accumulator: Accumulator;
  private readonly sticky: StickyPartitioner;
  private readonly settlements = new Map<PendingBatch, Settlement>();
  private readonly sequences = new Map<string, number>(); // The next one, by topic/partition.
  private readonly finding = new Map<string, Promise<TopicInfo>>();
  private readonly queue: { readonly sizeBytes: number; admit(): void }[] = []; // Waits for memory.
  private isTurnTaken = false; // The first of the queue was admitted and has not entered yet.
  private readonly watchers: (() => void)[] = [];
  private entering = 0; // Calls of `send` whose record is not in the buffer yet.
  private identity: { producerId: number; producerEpoch: number } | null = null;
  private identifying = false;
  private timer: { cancel(): void } | null = null;
  private pumpAtMs = Infinity;
  private isFlushing = false;
  private isClosed = false;

  constructor(client: ClusterClient, options: Partial<ProducerOptions> = {}) {
    this.client = client;
    this.options = { ...PRODUCER_DEFAULTS, ...options };
    if (this.options.isIdempotent && this.options.acks !== -1) {
      throw new ClientError(
        "invalid",
        `An idempotent producer needs acks=all, not acks=${this.options.acks}`,
      );
    }
    this.accumulator = new Accumulator(this.options);
    this.sticky = new StickyPartitioner(client.env.random, this.options.batchSizeBytes);
  }

  private get inFlightMax(): number {
    return this.options.isIdempotent ? IDEMPOTENT_IN_FLIGHT_MAX : 1;
  }

  /**
   * Resolves when the record's acks are satisfied; waits first while the buffer is full.
   * @throws KafkaError or ClientError when it was refused, or not acknowledged within `deliveryTimeoutMs`.
   */
  async send(record: ProducerRecord): Promise<Acknowledgement> {
    const { partition, index, settlement } = await this.enter(record);
    const { baseOffset } = await settlement.promise;
    return { partition, offset: baseOffset < 0 ? -1 : baseOffset + index };
  }

  /**
   * Puts a record into the buffer, in the order of the calls: whoever has to wait, for metadata or for memory,
   * is waited for by all who come after. A record on its way here holds a flush back.
   */
  private async enter(record: ProducerRecord): Promise<Entry> {
    if (this.isClosed) throw new ClientError("ended", "The producer is closed");
    this.entering += 1;
    let hasTurn = false;
    try {
      const buffered: BufferedRecord = {
        timestamp: record.timestamp ?? this.client.env.clock.now(),
        key: record.key ?? null,
        value: record.value,
        headers: record.headers ?? [],
      };
      const sizeBytes = recordSizeBytes(buffered);
      const partition = await this.choosePartition(record, buffered, sizeBytes);
      if (this.isTurnTaken || this.queue.length > 0 || !this.accumulator.hasRoom(sizeBytes)) {
        await new Promise<void>((admit) => void this.queue.push({ sizeBytes, admit }));
        hasTurn = true;
        if (this.isClosed) throw new ClientError("ended", "The producer is closed");
      }
      const nowMs = this.client.env.clock.monotonic();
      const added = this.accumulator.add({ topic: record.topic, partition }, buffered, nowMs);
      const settlement = this.settlementOf(added.batch);
      this.wakeAt(this.isFlushing ? nowMs : added.readyAtMs);
      return { partition, index: added.index, settlement };
    } finally {
      this.entering -= 1;
      if (hasTurn) this.isTurnTaken = false;
      this.admitNext();
    }
  }

  /** Gives the first in the queue its turn when there is room for it; nobody overtakes it meanwhile. */
  private admitNext(): void {
    const first = this.queue[0];
    const mayEnter = first !== undefined && !this.isTurnTaken && this.accumulator.hasRoom(first.sizeBytes);
    if (mayEnter || (first !== undefined && this.isClosed)) {
      this.queue.shift();
      this.isTurnTaken = true;
      first.admit();
    }
    for (const resume of this.watchers.splice(0)) resume();
  }

  private async choosePartition(
    record: ProducerRecord,
    buffered: BufferedRecord,
    sizeBytes: number,
  ): Promise<number> {
    const known = this.finding.has(record.topic) ? null : this.client.knownTopic(record.topic);
    const topic = known ?? (await this.findTopic(record.topic));
    const count = topic.partitions.length;
    if (record.partition !== undefined) {
      if (record.partition >= 0 && record.partition < count) return record.partition;
      throw new ClientError("invalid", `Topic "${record.topic}" has no partition ${record.partition}`);
    }
    if (buffered.key !== null) return partitionOfKey(buffered.key, count);
    const led = topic.partitions.filter(({ leaderId }) => leaderId >= 0).map(({ partition }) => partition);
    const choices = led.length > 0 ? led : topic.partitions.map(({ partition }) => partition);
    return this.sticky.next(record.topic, sizeBytes, choices);
  }

  private findTopic(name: string): Promise<TopicInfo> {
    const running = this.finding.get(name);
    if (running !== undefined) return running;
    const finding = this.client.retrying(
      async () => await this.client.topic(name, { allowAutoTopicCreation: true }),
    );
    this.finding.set(name, finding);
    // Only at the end of the turn, when all who wait have gone on: a later record must not find the way free
    // before them.
    const forget = (): void => this.client.env.clock.defer(() => this.finding.delete(name));
    finding.then(forget, forget);
    return finding;
  }

  /** Resolves when the buffer has room again, for a caller that sends without waiting for acks. */
  async room(): Promise<void> {
    while (this.entering >= ENTERING_MAX || this.queue.length > 0 || !this.accumulator.hasRoom(1)) {
      await this.somethingMoved();
    }
  }

  private async somethingMoved(): Promise<void> {
    await new Promise<void>((resolve) => void this.watchers.push(resolve));
  }

  private settlementOf(batch: PendingBatch): Settlement {
    const existing = this.settlements.get(batch);
    if (existing !== undefined) return existing;
    const created: Settlement = Promise.withResolvers<BatchOutcome>();
    this.settlements.set(batch, created);
    return created;
  }

  /** Makes sure that `pump` runs at this time or earlier. */
  private wakeAt(atMs: number): void {
    if (atMs >= this.pumpAtMs) return;
    this.timer?.cancel();
    this.pumpAtMs = atMs;
    const delayMs = atMs - this.client.env.clock.monotonic();
    // At once means at the end of this turn: records that are sent together leave together.
    if (delayMs <= 0) this.client.env.clock.defer(() => this.pump());
    else this.timer = this.client.env.clock.schedule(delayMs, () => this.pump());
  }

  /** Sends all that may leave now and sets the timer for what may leave later. */
  private pump(): void {
    this.timer?.cancel();
    this.timer = null;
    this.pumpAtMs = Infinity;
    const nowMs = this.client.env.clock.monotonic();
    this.giveUpExpired(nowMs);
    if (this.options.isIdempotent && this.identity === null) {
      const mayIdentify = !this.identifying && !this.accumulator.isEmpty && this.accumulator.inFlight === 0;
      if (mayIdentify) void this.identify();
      return;
    }
    const options = { inFlightMax: this.inFlightMax, flush: this.isFlushing };
    for (;;) {
      const batches = this.accumulator.takeReady(nowMs, options);
      if (batches.length === 0) break;
      for (const batch of batches) this.number(batch);
      void this.deliver(batches);
    }
    this.wakeAt(this.accumulator.nextReadyAtMs(this.inFlightMax));
  }

  private giveUpExpired(nowMs: number): void {
    for (const batch of this.accumulator.takeExpired(nowMs - this.options.deliveryTimeoutMs)) {
      const where = `${batch.topic}-${batch.partition}`;
      const message = `Records for ${where} were not acknowledged within ${this.options.deliveryTimeoutMs} ms`;
      this.finish(batch, new ClientError("timeout", message));
      // Its sequence was seen, perhaps; a hole in the sequences would be refused for ever.
      if (batch.baseSequence >= 0) this.identity = null;
    }
  }

  private number(batch: PendingBatch): void {
    if (!this.options.isIdempotent || batch.baseSequence >= 0) return;
    const name = `${batch.topic}/${batch.partition}`;
    const next = this.sequences.get(name) ?? 0;
    batch.baseSequence = next;
    // Sequences wrap to 0 after the greatest 32-bit number.
    this.sequences.set(name, (next + batch.records.length) % 2 ** 31);
  }

  /** Gets a fresh producer id; sequences start anew, also those of batches that wait for a retry. */
  private async identify(): Promise<void> {
    this.identifying = true;
    try {
      const body = { transactionalId: null, transactionTimeoutMs: 0 };
      const answer = await this.client.request({ to: "any" }, InitProducerId, body, ({ errorCode }) => {
        if (errorCode !== 0) throw new KafkaError("get a producer id", errorName(errorCode));
      });
      this.identity = { producerId: answer.producerId, producerEpoch: answer.producerEpoch };
      this.sequences.clear();
      this.accumulator.resetSequences();
    } catch (error) {
      for (const batch of this.accumulator.takeAll()) this.finish(batch, error);
    } finally {
      this.identifying = false;
    }
    if (this.identity !== null) this.pump();
  }

  private async deliver(batches: readonly PendingBatch[]): Promise<void> {
    const { acks, compression } = this.options;
    const settings = { acks, compression, identity: this.identity };
    await produceBatches(this.client, batches, settings, (batch, outcome) => this.judge(batch, outcome));
    this.pump();
  }

  private judge(batch: PendingBatch, outcome: BatchOutcome | Error): void {
    if (!(outcome instanceof Error)) {
      this.accumulator.settle(batch, "acknowledged");
      this.finish(batch, outcome);
      return;
    }
    const nowMs = this.client.env.clock.monotonic();
    const isInTime = nowMs - batch.createdMs < this.options.deliveryTimeoutMs;
    const isOutOfOrder = outcome instanceof KafkaError && outcome.code === "OUT_OF_ORDER_SEQUENCE_NUMBER";
    if (isInTime && (mayRetry(outcome) || (isOutOfOrder && this.options.isIdempotent))) {
      // It may have overtaken another, and goes again behind that one. With no other about, the broker has
      // lost track of the producer; the batch was refused, so it may go under a new id.
      if (isOutOfOrder && this.accumulator.isAlone(batch)) this.identity = null;
      this.client.forgetTopic(batch.topic);
      const waitMs = backoffMs(this.client.retryPolicy, batch.attempts, this.client.env.random);
      this.accumulator.retry(batch, nowMs + waitMs);
      return;
    }
    this.accumulator.settle(batch, "failed");
    this.finish(batch, outcome);
    this.identity = null; // Its sequences are lost: the next batch needs a new start.
  }

  private finish(batch: PendingBatch, outcome: unknown): void {
    const settlement = this.settlementOf(batch);
    this.settlements.delete(batch);
    if (outcome instanceof Error) settlement.reject(outcome);
    else settlement.resolve(outcome as BatchOutcome);
    this.admitNext();
  }

  /** Sends what is buffered without lingering; resolves when all of it is settled, well or not. */
  async flush(): Promise<void> {
    this.isFlushing = true;
    try {
      while (this.entering > 0 || this.settlements.size > 0) {
        this.pump();
        if (this.settlements.size > 0) {
          await Promise.allSettled([...this.settlements.values()].map(({ promise }) => promise));
        } else if (this.entering > 0) {
          // Not otherwise: `pump` may just have given up the last batch, and then nothing moves any more.
          await this.somethingMoved();
        }
      }
    } finally {
      this.isFlushing = false;
    }
  }

  /** Flushes, then refuses further records. The ClusterClient stays open: it is the caller's. */
  async close(): Promise<void> {
    await this.flush();
    this.isClosed = true;
    this.timer?.cancel();
    this.admitNext();
  }
}
