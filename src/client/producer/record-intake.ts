import { BATCH_HEADER_BYTES } from "../../wire/kafka/batch-header.ts";
import type { Accumulator } from "./accumulator.ts";
import { ClientError, KafkaError } from "../client-error.ts";
import type { ClusterClient } from "../network/cluster-client.ts";
import { partitionOfKey, type PartitionView } from "./partitioner.ts";
import type { PartitionQueue } from "./partition-queue.ts";
import type { ProducerBatch } from "./producer-batch.ts";
import type { ProducerMetrics } from "./producer-metrics.ts";
import type { ProducerSettings } from "./producer-options.ts";
import type { ProducerTopic, ProducerTopics } from "./producer-topics.ts";
import { recordBytesMax, type RecordHeader } from "../../wire/kafka/record-encoding.ts";
import { WaitingLine } from "./waiting-line.ts";

/** A record as bytes, on its way into a batch. */
export interface IncomingRecord {
  readonly topic: ProducerTopic;
  readonly partition: number | undefined;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly RecordHeader[];
  readonly timestamp: number;
  /** An upper bound of what it takes in a batch. */
  readonly sizeBytes: number;
}

export interface IntakeParts {
  readonly client: ClusterClient;
  readonly settings: ProducerSettings;
  readonly accumulator: Accumulator;
  readonly topics: ProducerTopics;
  readonly metrics: ProducerMetrics;
}

/** The way into the buffer: chooses the partition and copies the record into its batch, or lets it wait in line. */
export class RecordIntake {
  private readonly parts: IntakeParts;
  private readonly line: WaitingLine;
  private readonly entering = new Set<Promise<unknown>>();

  constructor(parts: IntakeParts) {
    this.parts = parts;
    this.line = new WaitingLine({ clock: parts.client.env.clock, ...parts.settings });
  }

  /** Records that wait in line. */
  get waiting(): number {
    return this.line.length;
  }

  /** Whether the buffer has no memory for a record that wants in. */
  get wantsMemory(): boolean {
    return this.line.wantsMemory;
  }

  /**
   * The size of a record in a batch, at most.
   * @throws KafkaError MESSAGE_TOO_LARGE when it can never be sent.
   */
  sizeOf(topicName: string, ...[key, value, headers]: Parameters<typeof recordBytesMax>): number {
    const sizeBytes = recordBytesMax(key, value, headers);
    const { maxRequestSizeBytes, bufferMemoryBytes } = this.parts.settings;
    const limitBytes = Math.min(maxRequestSizeBytes, bufferMemoryBytes);
    if (sizeBytes + BATCH_HEADER_BYTES <= limitBytes) return sizeBytes;
    const setting = limitBytes === maxRequestSizeBytes ? "maxRequestSizeBytes" : "bufferMemoryBytes";
    const action = `send a record of ${sizeBytes} bytes to "${topicName}"`;
    throw new KafkaError(action, "MESSAGE_TOO_LARGE", `the producer's ${setting} is ${limitBytes}`);
  }

  /** Copies the record into its batch, as the last one; null when it must wait in line first. */
  place(record: IncomingRecord): ProducerBatch | null {
    const { topic, partition } = record;
    if (topic.info === null || this.line.mustWait(topic) || isBeyond(topic, partition)) return null;
    return this.placeNow(record);
  }

  private placeNow(record: IncomingRecord): ProducerBatch | null {
    const { topic, sizeBytes } = record;
    const queue = topic.queues[this.partitionFor(record)]!;
    let batch = queue.open;
    if (batch === null || !batch.buffer.makeRoom(sizeBytes)) {
      const nowMs = this.parts.client.env.clock.monotonic();
      batch = this.parts.accumulator.openBatch(queue, sizeBytes, nowMs);
      if (batch === null) return null;
    }
    batch.buffer.append(record, record.timestamp);
    this.parts.metrics.recordsSent += 1;
    return batch;
  }

  private partitionFor({ topic, partition, key, sizeBytes }: IncomingRecord): number {
    const count = topic.queues.length;
    if (partition !== undefined) {
      if (!isBeyond(topic, partition)) return partition;
      const message = `Topic "${topic.name}" has ${count} partitions: there is no partition ${partition}`;
      throw new ClientError("invalid", message);
    }
    if (key !== null) return partitionOfKey(key, count);
    return topic.sticky.next(sizeBytes, {
      open: (candidate) => openIn(topic.queues[candidate]!, sizeBytes),
      waiting: (candidate) => topic.queues[candidate]!.waiting.length,
    });
  }

  /** As `place`, in turn: after all that wait already. `onPlaced` is called with the batch. */
  async placeInTurn(
    record: IncomingRecord,
    onPlaced: (batch: ProducerBatch) => void,
    signal?: AbortSignal,
  ): Promise<void> {
    signal?.throwIfAborted();
    const { topic } = record;
    this.parts.metrics.waits += 1;
    const enter = (): boolean => {
      const batch = this.placeNow(record);
      if (batch !== null) onPlaced(batch);
      return batch !== null;
    };
    if (topic.info !== null && isBeyond(topic, record.partition)) {
      await this.parts.topics.ask(topic); // It may have been added since the cluster was asked.
      if (!this.line.mustWait(topic) && enter()) return;
    }
    const entered = this.line.join(topic, enter, signal);
    this.entering.add(entered);
    if (topic.info === null) {
      this.parts.topics.refresh(topic);
      this.told(topic); // Another user of the client may have asked before.
    }
    try {
      await entered;
    } finally {
      this.entering.delete(entered);
    }
  }

  /** Memory may be free again. */
  admit(): void {
    this.line.admit();
  }

  /** The cluster told of a topic, or gave a reason not to. */
  told(topic: ProducerTopic): void {
    if (topic.info !== null || topic.asking !== null) return this.line.admit();
    if (topic.error !== null) this.line.refuseTopic(topic, topic.error);
  }

  /** Resolves when all that wait in line now are in the buffer, or were refused. */
  async entered(): Promise<void> {
    await Promise.allSettled(this.entering);
  }

  refuseAll(error: Error): void {
    this.line.refuseAll(error);
  }
}

function isBeyond(topic: ProducerTopic, partition: number | undefined): boolean {
  return partition !== undefined && !(partition >= 0 && partition < topic.queues.length);
}

function openIn(queue: PartitionQueue, recordBytes: number): ReturnType<PartitionView["open"]> {
  const { open } = queue;
  if (open === null) return "none";
  return open.buffer.makeRoom(recordBytes) ? "has-room" : "full";
}
