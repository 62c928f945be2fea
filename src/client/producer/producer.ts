import { Accumulator } from "./accumulator.ts";
import { asError, ClientError } from "../client-error.ts";
import type { ClusterClient } from "../network/cluster-client.ts";
import { clusterClientOf, type ConnectionOptions } from "../connect.ts";
import { PendingSend, type RecordMetadata } from "./pending-send.ts";
import type { ProducerBatch } from "./producer-batch.ts";
import type { TopicPartition } from "../topic-partition.ts";
import { newProducerMetrics, type ProducerMetrics } from "./producer-metrics.ts";
import { producerSettings, type ProducerOptions, type ProducerSettings } from "./producer-options.ts";
import { ProducerTopics, type ProducerTopic } from "./producer-topics.ts";
import { NO_HEADERS, type RecordHeader } from "../../wire/kafka/record-encoding.ts";
import { RecordIntake, type IncomingRecord } from "./record-intake.ts";
import { Sender } from "./sender.ts";
import { abortable } from "../network/retry.ts";
import { SentBatches } from "./sent-batches.ts";
import { bytesOf } from "./serialize-record.ts";
import { Turns } from "./turns.ts";

/** What a record's key or value may be where no serializer is given. */
export type Plain = string | Buffer | null;

export interface ProducerRecord<K = Plain, V = Plain> {
  readonly topic: string;
  /** Chosen by the key, or sticky, when absent. */
  readonly partition?: number;
  /** Records of one key go to one partition, the one that Java's clients choose. */
  readonly key?: K;
  /** Null is a tombstone: it deletes the key from a compacted topic. */
  readonly value: V;
  readonly headers?: readonly RecordHeader[];
  /** Milliseconds since the epoch; now when absent. */
  readonly timestamp?: number;
}

export interface WaitOptions {
  /** Ends the wait: the call is rejected with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Bytes that one turn of the event loop may bring: what is full must get a chance to leave meanwhile. */
const TURN_BYTES = 512 * 1024;
const NO_WAIT_OPTIONS: WaitOptions = {};

/**
 * Sends records to Kafka topics. They wait in batches per partition, which leave by size or by `lingerMs`, and stay in
 * the buffer until their acks are satisfied; they are retried in order and stored once. When the buffer is full,
 * `send` waits.
 *
 *     const producer = new Producer({ bootstrapServers: "127.0.0.1:9092" });
 *     const { partition, offset } = await producer.send({ topic: "orders", key: "42", value: '{"count":2}' });
 *     await producer.close();
 */
export class Producer<K = Plain, V = Plain> implements AsyncDisposable {
  private readonly client: ClusterClient;
  private readonly isClientOwned: boolean;
  private readonly options: ProducerOptions<K, V>;
  private readonly settings: ProducerSettings;
  private readonly counters = newProducerMetrics();
  private readonly accumulator: Accumulator;
  private readonly topics: ProducerTopics;
  private readonly intake: RecordIntake;
  private readonly sender: Sender;
  private readonly turns: Turns;
  private lastTopic: ProducerTopic | null = null; // As a rule the next record's too.
  private turnBytes = 0;
  private flushes = 0;
  private roomCalls = 0;
  private closing: Promise<void> | null = null;

  /** @throws ClientError `invalid` for a setting that cannot be. Nothing is connected before the first record. */
  constructor(options: ConnectionOptions & ProducerOptions<K, V>) {
    this.settings = producerSettings(options);
    this.options = options;
    const { client, isOwned } = clusterClientOf(options);
    this.client = client;
    this.isClientOwned = isOwned;
    this.turns = new Turns(client.env.clock, (nowMs) => this.work(nowMs));
    this.accumulator = new Accumulator(this.settings);
    this.topics = new ProducerTopics(client, this.topicsOwner(), this.settings.batchSizeBytes);
    const { settings, accumulator, topics, counters: metrics } = this;
    const parts = { client, settings, accumulator, topics, metrics };
    this.intake = new RecordIntake(parts);
    this.sender = new Sender({ ...parts, onMoved: () => this.moved() });
  }

  private topicsOwner(): ConstructorParameters<typeof ProducerTopics>[1] {
    return {
      newQueue: (target: TopicPartition) => this.accumulator.newQueue(target),
      isWanted: (topic) => topic.waiting > 0 || topic.queues.some((queue) => !queue.isEmpty),
      onTold: (topic) => {
        this.intake.told(topic);
        this.turns.plan();
      },
    };
  }

  /** What was done so far, as plain counters. */
  get metrics(): Readonly<ProducerMetrics> {
    this.counters.bufferedBytes = this.accumulator.memory.usedBytes;
    this.counters.bufferedBatches = this.accumulator.batches.size;
    return this.counters;
  }

  /**
   * Resolves when the record's acks are satisfied; waits first while the buffer is full or the topic is not known, for
   * `maxBlockMs` at most. Records of one partition are stored in the order of the calls. Keys and values are copied
   * before the call returns, unless it has to wait: then they must not change until it is done.
   *
   * `signal` ends the wait for a place in the buffer. From there on a record cannot be called back. Records of a batch
   * share its fate: when a batch fails and none of its records is awaited, that is an unhandled rejection.
   *
   * @throws KafkaError with Kafka's name of what was wrong, or ClientError: `timeout` when it was not acknowledged
   * within `deliveryTimeoutMs`, `invalid` for a record that cannot be sent, `ended` after `close`.
   */
  send(record: ProducerRecord<K, V>, options: WaitOptions = NO_WAIT_OPTIONS): Promise<RecordMetadata> {
    try {
      const incoming = this.incoming(record);
      const batch = this.intake.place(incoming);
      if (batch === null) return this.sendInTurn(incoming, options);
      this.turnBytes += incoming.sizeBytes;
      this.turns.plan();
      return new PendingSend(batch, batch.buffer.recordCount - 1, incoming.timestamp);
    } catch (error) {
      return Promise.reject(asError(error));
    }
  }

  private async sendInTurn(incoming: IncomingRecord, options: WaitOptions): Promise<RecordMetadata> {
    let pending: PendingSend | null = null;
    await this.placeInTurn(incoming, options, (batch) => {
      pending = new PendingSend(batch, batch.buffer.recordCount - 1, incoming.timestamp);
    });
    return await pending!;
  }

  private async placeInTurn(
    incoming: IncomingRecord,
    { signal }: WaitOptions,
    onPlaced: (batch: ProducerBatch) => void,
  ): Promise<void> {
    this.turns.plan(); // Lack of memory makes batches leave that would linger.
    const placed = (batch: ProducerBatch): void => {
      this.turns.plan();
      onPlaced(batch);
    };
    await this.intake.placeInTurn(incoming, placed, signal);
  }

  /**
   * Sends many records, as fast as the cluster takes them and with no more in memory than the buffer holds. Resolves
   * with their number when the acks of all are satisfied. The first failure ends it: no more are taken from `records`,
   * those under way are waited for, and the error is thrown.
   */
  async sendMany(
    records: Iterable<ProducerRecord<K, V>> | AsyncIterable<ProducerRecord<K, V>>,
    options: WaitOptions = NO_WAIT_OPTIONS,
  ): Promise<number> {
    const sent = new SentBatches();
    let count = 0;
    // Two loops, because `for await` over what is at hand would cost more than sending it.
    if (Symbol.asyncIterator in records) {
      for await (const record of records) {
        const wait = this.offer(record, options, sent);
        if (wait !== null) await wait;
        count += 1;
        if (sent.failure !== null) break;
      }
    } else {
      for (const record of records) {
        const wait = this.offer(record, options, sent);
        if (wait !== null) await wait;
        count += 1;
        if (sent.failure !== null) break;
      }
    }
    await abortable(sent.settled(), signalsOf(options));
    if (sent.failure !== null) throw sent.failure;
    return count;
  }

  /** Null when the next record may be offered; else what to wait for before. */
  private offer(record: ProducerRecord<K, V>, options: WaitOptions, sent: SentBatches): Promise<void> | null {
    const incoming = this.incoming(record);
    const batch = this.intake.place(incoming);
    if (batch === null) return this.placeInTurn(incoming, options, (later) => sent.add(later));
    this.turnBytes += incoming.sizeBytes;
    this.turns.plan();
    sent.add(batch);
    return this.hasRoom ? null : this.room(options);
  }

  private incoming(record: ProducerRecord<K, V>): IncomingRecord {
    if (this.closing !== null) throw new ClientError("ended", "The producer is closed");
    const { topic: name, partition, headers = NO_HEADERS } = record;
    const { keySerializer, valueSerializer } = this.options;
    if (record.value === undefined) {
      throw new ClientError("invalid", `A record for "${name}" has no value; null would be a tombstone`);
    }
    const key = record.key === undefined ? null : bytesOf(record.key, keySerializer, "key", name);
    const value = bytesOf(record.value, valueSerializer, "value", name);
    const sizeBytes = this.intake.sizeOf(name, key, value, headers);
    if (this.lastTopic?.name !== name) this.lastTopic = this.topics.get(name);
    const timestamp = record.timestamp ?? this.turns.now();
    return { topic: this.lastTopic, partition, key, value, headers, timestamp, sizeBytes };
  }

  /** Whether a record can be sent now without waiting: for those who stream and don't use `sendMany`. */
  get hasRoom(): boolean {
    return this.turnBytes < TURN_BYTES && this.intake.waiting === 0 && this.hasMemory;
  }

  private get hasMemory(): boolean {
    const { memory } = this.accumulator;
    return memory.usedBytes === 0 || memory.hasRoom(this.settings.batchSizeBytes);
  }

  /** Resolves when `hasRoom`. Who waits for it before each `send` need not await that, and memory stays bounded. */
  async room(options: WaitOptions = NO_WAIT_OPTIONS): Promise<void> {
    this.roomCalls += 1;
    this.turns.plan(); // From now on nothing lingers. Later turns are planned by what makes room.
    try {
      while (!this.hasRoom) {
        if (this.closing !== null) throw new ClientError("ended", "The producer is closed");
        await abortable(this.turns.ended(), signalsOf(options));
      }
    } finally {
      this.roomCalls -= 1;
    }
  }

  /** The end of a turn. Batches don't linger while somebody waits for a flush, or for the memory that they hold. */
  private work(nowMs: number): number {
    this.turnBytes = 0;
    const isShort = this.intake.wantsMemory || (this.roomCalls > 0 && !this.hasMemory);
    return this.sender.pump(nowMs, this.flushes > 0 || isShort);
  }

  private moved(): void {
    this.intake.admit();
    // With nothing left to send, a turn would be work for nobody.
    if (this.accumulator.queues.size > 0 || this.turns.isAwaited) this.turns.plan();
  }

  /** Sends what is buffered without lingering; resolves when all that was sent before is settled, well or not. */
  async flush(options: WaitOptions = NO_WAIT_OPTIONS): Promise<void> {
    this.flushes += 1;
    this.turns.plan();
    try {
      await abortable(this.settled(), signalsOf(options));
    } finally {
      this.flushes -= 1;
    }
  }

  private async settled(): Promise<void> {
    await this.intake.entered();
    const settled = [...this.accumulator.batches].map(
      (batch) => new Promise<void>((resolve) => batch.whenSettled(resolve)),
    );
    await Promise.all(settled);
  }

  /**
   * Refuses further records, waits for the acks of those sent, and closes the connections that are its own. `signal`
   * ends the wait: what is not acknowledged then fails. Closing twice is fine.
   */
  close(options: WaitOptions = NO_WAIT_OPTIONS): Promise<void> {
    this.closing ??= this.end(options);
    return this.closing;
  }

  private async end(options: WaitOptions): Promise<void> {
    try {
      await this.flush(options);
    } catch (error) {
      // Only the signal ends a flush early: the owner would rather lose the rest than wait.
      const ended = new ClientError(
        "ended",
        "The producer was closed before the record was acknowledged",
        error,
      );
      this.intake.refuseAll(ended);
      this.sender.end(ended);
    }
    this.topics.stop();
    this.turns.stop();
    if (this.isClientOwned) await this.client.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

function signalsOf({ signal }: WaitOptions): AbortSignal[] {
  return signal === undefined ? [] : [signal];
}
