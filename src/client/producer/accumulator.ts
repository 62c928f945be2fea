import { decodeRecords } from "../../wire/kafka/decode-records.ts";
import { BATCH_HEADER_BYTES } from "../../wire/kafka/batch-header.ts";
import { BatchBuffer } from "./batch-buffer.ts";
import { BatchMemory } from "./batch-memory.ts";
import { PartitionQueue } from "./partition-queue.ts";
import { ProducerBatch } from "./producer-batch.ts";
import type { TopicPartition } from "../topic-partition.ts";
import type { ProducerSettings } from "./producer-options.ts";
import { recordBytesMax } from "../../wire/kafka/record-encoding.ts";

/** A partition's next batch. */
export interface Candidate {
  readonly queue: PartitionQueue;
  readonly batch: ProducerBatch;
}

/**
 * The producer's buffer: batches by partition, in memory that has a bound. No clock and no network: every question
 * takes the time.
 */
export class Accumulator {
  readonly memory: BatchMemory;
  /** Partitions with batches, those that were served least recently first. */
  private readonly active = new Set<PartitionQueue>();
  private readonly unfreed = new Set<ProducerBatch>();
  private readonly settings: ProducerSettings;
  private lastOrder = 0;

  constructor(settings: ProducerSettings) {
    this.settings = settings;
    this.memory = new BatchMemory(settings.bufferMemoryBytes, settings.batchSizeBytes);
  }

  newQueue(target: TopicPartition): PartitionQueue {
    const { batchSizeBytes, isIdempotent } = this.settings;
    return new PartitionQueue(target, { batchBytesMax: batchSizeBytes, isIdempotent });
  }

  /** A new batch with room for a record of this size; null while there is no memory for it. */
  openBatch(queue: PartitionQueue, recordBytes: number, nowMs: number): ProducerBatch | null {
    const needed = BATCH_HEADER_BYTES + recordBytes;
    const usual = Math.min(queue.lastBatchBytes, queue.batchBytesMax);
    const bytes = this.memory.take(Math.max(needed, usual)) ?? this.memory.take(needed);
    if (bytes === null) return null;
    const buffer = new BatchBuffer(this.memory, bytes, Math.max(needed, queue.batchBytesMax));
    const order = (this.lastOrder += 1);
    const batch = new ProducerBatch(buffer, { target: queue.target, createdMs: nowMs, order });
    queue.waiting.push(batch);
    this.active.add(queue);
    this.unfreed.add(batch);
    return batch;
  }

  /** Whether a record of this size could ever get in. */
  canHold(recordBytes: number): boolean {
    return BATCH_HEADER_BYTES + recordBytes <= this.settings.bufferMemoryBytes;
  }

  /** The next batches of all partitions whose time has come; `isHurried` is for a flush or when memory is short. */
  ready(nowMs: number, isHurried: boolean): Candidate[] {
    const candidates: Candidate[] = [];
    for (const queue of this.active) {
      const batch = queue.next(this.settings.maxInFlight);
      if (batch === null) continue;
      if (this.readyAtMs(queue, batch, isHurried) <= nowMs) candidates.push({ queue, batch });
    }
    return candidates;
  }

  private readyAtMs(queue: PartitionQueue, batch: ProducerBatch, isHurried: boolean): number {
    const { lingerMs } = this.settings;
    const mustLeave = isHurried || lingerMs === 0 || batch.attempts > 0 || queue.waiting.length > 1;
    return mustLeave ? queue.retryAtMs : Math.max(queue.retryAtMs, batch.createdMs + lingerMs);
  }

  /** When `ready` or `expired` will have more, unless something else happens before; `Infinity` for never. */
  nextEventMs(nowMs: number, isHurried: boolean): number {
    let earliest = Infinity;
    for (const queue of this.active) {
      const batch = queue.next(this.settings.maxInFlight);
      // What is ready and did not leave waits for a broker's answer, not for time.
      const readyMs = batch === null ? Infinity : this.readyAtMs(queue, batch, isHurried);
      if (readyMs > nowMs) earliest = Math.min(earliest, readyMs);
      earliest = Math.min(earliest, oldestMs(queue) + this.settings.deliveryTimeoutMs);
    }
    return earliest;
  }

  /** The batch leaves. Its partition is served last the next time. */
  take({ queue, batch }: Candidate): void {
    if (batch.attempts === 0) {
      queue.lastBatchBytes = batch.buffer.sizeBytes;
      batch.recordCount = batch.buffer.recordCount;
      batch.buffer.seal({ codec: this.settings.compression, level: this.settings.compressionLevel });
    }
    this.active.delete(queue);
    this.active.add(queue);
  }

  /** Batches whose delivery time is over and whose senders do not know yet. */
  expired(nowMs: number): Candidate[] {
    const expired: Candidate[] = [];
    const { deliveryTimeoutMs } = this.settings;
    // The same sum as in `nextEventMs`: a difference may round otherwise, and a timer that finds nothing to do is set
    // again for the same moment.
    const isOver = (createdMs: number): boolean => createdMs + deliveryTimeoutMs <= nowMs;
    for (const queue of this.active) {
      if (!isOver(oldestMs(queue))) continue;
      for (const batch of [...queue.onWire, ...queue.waiting]) {
        if (isOver(batch.createdMs) && !batch.isSettled) expired.push({ queue, batch });
      }
    }
    return expired;
  }

  /** Nothing refers to the batch's memory any more. */
  free(batch: ProducerBatch): void {
    this.unfreed.delete(batch);
    batch.free();
  }

  /** Forgets a partition that has nothing left. */
  rest(queue: PartitionQueue): void {
    if (queue.isEmpty) this.active.delete(queue);
  }

  /**
   * Cuts a sealed batch of two records or more in two. The parts may be above the memory's limit for a moment: the
   * whole is freed right after.
   */
  split(queue: PartitionQueue, batch: ProducerBatch): readonly ProducerBatch[] {
    const records = decodeRecords(Buffer.concat(batch.buffer.pieces()));
    const middle = Math.ceil(records.length / 2);
    queue.batchBytesMax = Math.min(queue.batchBytesMax, Math.ceil(batch.buffer.sizeBytes / 2));
    return [records.slice(0, middle), records.slice(middle)].map((half) => {
      let sizeBytes = BATCH_HEADER_BYTES;
      for (const { key, value, headers } of half) sizeBytes += recordBytesMax(key, value, headers);
      const buffer = new BatchBuffer(this.memory, this.memory.takeAnyway(sizeBytes), sizeBytes);
      for (const record of half) buffer.append(record, record.timestamp);
      buffer.seal({ codec: this.settings.compression, level: this.settings.compressionLevel });
      const { target, createdMs, order } = batch;
      const part = new ProducerBatch(buffer, { target, createdMs, order });
      part.recordCount = half.length;
      this.unfreed.add(part);
      return part;
    });
  }

  /** All whose memory is not free. */
  get batches(): ReadonlySet<ProducerBatch> {
    return this.unfreed;
  }

  get queues(): ReadonlySet<PartitionQueue> {
    return this.active;
  }
}

/** When the oldest batch came whose sender has not been told anything; both lists are in the order of age. */
function oldestMs({ onWire, waiting }: PartitionQueue): number {
  const sent = onWire.find((batch) => !batch.isSettled)?.createdMs ?? Infinity;
  return Math.min(sent, waiting[0]?.createdMs ?? Infinity);
}
