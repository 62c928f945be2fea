/*
 * The producer's buffer, as plain data: records wait here in one queue of batches per partition, until their
 * batch is full or has lingered. Their memory is freed only when the batch is settled, that is when its acks
 * are satisfied or it has failed for good. No clock and no network: every question takes the time.
 */

export interface PartitionName {
  readonly topic: string;
  readonly partition: number;
}

export interface BufferedRecord {
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly RecordHeader[];
}

export interface RecordHeader {
  readonly key: string;
  readonly value: Buffer | null;
}

/** Records that travel, are retried and are acknowledged as one. */
export interface PendingBatch extends PartitionName {
  readonly records: BufferedRecord[];
  readonly createdMs: number;
  sizeBytes: number;
  attempts: number;
  /** Given once, when the batch first leaves: a retry must carry the same one. -1 before. */
  baseSequence: number;
}

export interface AccumulatorLimits {
  readonly batchSizeBytes: number;
  readonly lingerMs: number;
  readonly bufferMemoryBytes: number;
}

/** The most that varints, attributes and lengths add to one record's key, value and headers. */
const RECORD_OVERHEAD_BYTES = 21;
const BATCH_OVERHEAD_BYTES = 61;

/** An upper bound of the bytes that `record` takes inside a batch. */
export function recordSizeBytes(record: BufferedRecord): number {
  let size = RECORD_OVERHEAD_BYTES + (record.key?.length ?? 0) + (record.value?.length ?? 0);
  for (const { key, value } of record.headers) size += 10 + Buffer.byteLength(key) + (value?.length ?? 0);
  return size;
}

interface PartitionQueue extends PartitionName {
  readonly batches: PendingBatch[]; // Oldest first; only the last one still takes records.
  readonly inFlight: Set<PendingBatch>;
  /** Whether a batch has been acknowledged since the producer got its id. */
  isKnown: boolean;
  retryAtMs: number; // Nothing of this partition leaves earlier: a retry waits, and so do its successors.
}

export interface Added {
  readonly batch: PendingBatch;
  /** The record's place in `batch.records`. */
  readonly index: number;
  /** When a batch of this partition may leave, unless as many as may be are in flight. */
  readonly readyAtMs: number;
}

export class Accumulator {
  private readonly limits: AccumulatorLimits;
  private readonly queues = new Map<string, PartitionQueue>();
  private usedBytes = 0;

  constructor(limits: AccumulatorLimits) {
    this.limits = limits;
  }

  /** Bytes of records that are buffered or in flight. */
  get bufferedBytes(): number {
    return this.usedBytes;
  }

  get isEmpty(): boolean {
    return this.usedBytes === 0;
  }

  /** Whether a record of this size fits now. One that is larger than all memory fits an empty buffer. */
  hasRoom(sizeBytes: number): boolean {
    return this.usedBytes === 0 || this.usedBytes + sizeBytes <= this.limits.bufferMemoryBytes;
  }

  /** Buffers a record. */
  add(target: PartitionName, record: BufferedRecord, nowMs: number): Added {
    const queue = this.queueOf(target);
    const sizeBytes = recordSizeBytes(record);
    const batch = this.openBatch(queue, sizeBytes, nowMs);
    batch.sizeBytes += sizeBytes;
    this.usedBytes += sizeBytes;
    return { batch, index: batch.records.push(record) - 1, readyAtMs: this.readyAtMs(queue) };
  }

  private queueOf({ topic, partition }: PartitionName): PartitionQueue {
    const name = `${topic}/${partition}`;
    let queue = this.queues.get(name);
    if (queue === undefined) {
      queue = { topic, partition, batches: [], inFlight: new Set(), isKnown: false, retryAtMs: 0 };
      this.queues.set(name, queue);
    }
    return queue;
  }

  private openBatch(queue: PartitionQueue, sizeBytes: number, nowMs: number): PendingBatch {
    const last = queue.batches.at(-1);
    const takesMore = last !== undefined && last.attempts === 0;
    if (takesMore && last.sizeBytes + sizeBytes + BATCH_OVERHEAD_BYTES <= this.limits.batchSizeBytes)
      return last;
    const batch: PendingBatch = {
      topic: queue.topic,
      partition: queue.partition,
      records: [],
      createdMs: nowMs,
      sizeBytes: 0,
      attempts: 0,
      baseSequence: -1,
    };
    queue.batches.push(batch);
    return batch;
  }

  /**
   * Takes one batch of every partition that may send: its oldest batch is full, has lingered, is a retry or
   * `flush` asks for it, and fewer than `inFlightMax` of its batches are out.
   */
  takeReady(nowMs: number, options: { inFlightMax: number; flush: boolean }): PendingBatch[] {
    const taken: PendingBatch[] = [];
    for (const queue of this.queues.values()) {
      if (!mayLeave(queue, options.inFlightMax)) continue;
      if (!options.flush && this.readyAtMs(queue) > nowMs) continue;
      if (queue.retryAtMs > nowMs || queue.batches.length === 0) continue;
      const batch = queue.batches.shift()!;
      batch.attempts += 1;
      queue.inFlight.add(batch);
      taken.push(batch);
    }
    return taken;
  }

  private readyAtMs(queue: PartitionQueue): number {
    const oldest = queue.batches[0];
    if (oldest === undefined) return Infinity;
    const isFull = queue.batches.length > 1 || oldest.sizeBytes >= this.limits.batchSizeBytes;
    const lingersUntilMs = oldest.createdMs + this.limits.lingerMs;
    return Math.max(queue.retryAtMs, isFull || oldest.attempts > 0 ? 0 : lingersUntilMs);
  }

  /** When `takeReady` may have more; `Infinity` when that depends on a batch in flight, or nothing waits. */
  nextReadyAtMs(inFlightMax: number): number {
    let earliest = Infinity;
    for (const queue of this.queues.values()) {
      if (mayLeave(queue, inFlightMax)) earliest = Math.min(earliest, this.readyAtMs(queue));
    }
    return earliest;
  }

  /** The batch failed for now: it goes back to its place, before all that left or was added after it. */
  retry(batch: PendingBatch, retryAtMs: number): void {
    const queue = this.queueOf(batch);
    queue.inFlight.delete(batch);
    queue.retryAtMs = Math.max(queue.retryAtMs, retryAtMs);
    const place = queue.batches.findIndex(
      (other) => other.baseSequence < 0 || other.baseSequence > batch.baseSequence,
    );
    queue.batches.splice(place < 0 ? queue.batches.length : place, 0, batch);
  }

  /** The batch is acknowledged, or has failed for good: only now is its memory free. */
  settle(batch: PendingBatch, outcome: "acknowledged" | "failed"): void {
    const queue = this.queueOf(batch);
    queue.inFlight.delete(batch);
    queue.isKnown ||= outcome === "acknowledged";
    this.usedBytes -= batch.sizeBytes;
  }

  /** Whether the batch is the only one of its partition that is out. */
  isAlone(batch: PendingBatch): boolean {
    return this.queueOf(batch).inFlight.size === 1;
  }

  /** Takes out every batch that waits, for a producer that is closed or has failed. */
  takeAll(): PendingBatch[] {
    const taken = [...this.queues.values()].flatMap((queue) => queue.batches.splice(0));
    for (const batch of taken) this.usedBytes -= batch.sizeBytes;
    return taken;
  }

  /** Batches that wait and were created before `createdMs`, taken out: their delivery time is over. */
  takeExpired(createdMs: number): PendingBatch[] {
    const taken: PendingBatch[] = [];
    for (const { batches } of this.queues.values()) {
      while (batches[0] !== undefined && batches[0].createdMs < createdMs) taken.push(batches.shift()!);
    }
    for (const batch of taken) this.usedBytes -= batch.sizeBytes;
    return taken;
  }

  /** Batches that are out and not settled. */
  get inFlight(): number {
    let count = 0;
    for (const queue of this.queues.values()) count += queue.inFlight.size;
    return count;
  }

  /** Forgets the sequences of all that waits: the producer got a new id and starts at 0 again. */
  resetSequences(): void {
    for (const queue of this.queues.values()) {
      queue.isKnown = false;
      for (const batch of queue.batches) batch.baseSequence = -1;
    }
  }
}

/**
 * Whether another batch of the partition may be out now. A retry goes alone, and so does the first batch under
 * a new producer id: a broker that does not know the producer takes whatever sequence comes first, and would
 * then refuse the one that should have.
 */
function mayLeave({ inFlight, batches, isKnown }: PartitionQueue, inFlightMax: number): boolean {
  if (inFlight.size === 0) return true;
  const isRetry = (batches[0]?.attempts ?? 0) > 0 || [...inFlight].some(({ attempts }) => attempts > 1);
  return isKnown && !isRetry && inFlight.size < inFlightMax;
}
