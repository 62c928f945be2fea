/*
 * What a partition knows of its idempotent and transactional producers (KIP-98). `check` judges a
 * batch without changing anything, `apply` takes it in; recovery uses `apply` alone, so there is no second path.
 */

/** The five batches that a client may have in flight, and hence repeat. */
const WINDOW = 5;
const SEQUENCE_SPAN = 2 ** 31;
const NONE = -1;

/** What the log reads of a batch's header. One object is reused from append to append. */
export interface BatchFacts {
  producerId: number;
  producerEpoch: number;
  /** -1 for control batches. */
  firstSequence: number;
  lastSequence: number;
  firstOffset: number;
  /** Inclusive. */
  lastOffset: number;
  /** The batch's largest timestamp. */
  timestamp: number;
  isTransactional: boolean;
  isControl: boolean;
}

export interface ProducerBatch {
  firstSequence: number;
  lastSequence: number;
  firstOffset: number;
  lastOffset: number;
  timestamp: number;
}

export interface ProducerEntry {
  readonly producerId: number;
  epoch: number;
  coordinatorEpoch: number;
  /** -1 when no transaction of this producer is open here. */
  currentTransactionFirstOffset: number;
  lastTimestamp: number;
  /** Oldest first, at most five. */
  batches: ProducerBatch[];
  /** When this broker last heard of the producer, by its own clock: what expiry goes by. */
  lastSeenMs: number;
}

export type ProducerRefusal =
  | "INVALID_PRODUCER_EPOCH"
  | "OUT_OF_ORDER_SEQUENCE_NUMBER"
  | "INVALID_TXN_STATE"
  | "TRANSACTION_COORDINATOR_FENCED";

/** An end of a transaction: which offsets it covered, and how it ended. */
export interface CompletedTransaction {
  readonly producerId: number;
  readonly firstOffset: number;
  /** Offset of the marker. */
  readonly lastOffset: number;
  readonly isAborted: boolean;
}

export interface Marker {
  readonly isCommit: boolean;
  readonly coordinatorEpoch: number;
}

export class ProducerState {
  private readonly producers = new Map<number, ProducerEntry>();
  /** Ended by a marker that is not below the high watermark yet; they hold the last stable offset back. */
  private uncommittedEnds: CompletedTransaction[] = [];

  get size(): number {
    return this.producers.size;
  }

  get(producerId: number): ProducerEntry | undefined {
    return this.producers.get(producerId);
  }

  entries(): IterableIterator<ProducerEntry> {
    return this.producers.values();
  }

  /** The kept batch that this one repeats, sequence by sequence; null when it repeats none. */
  findDuplicate(batch: BatchFacts): ProducerBatch | null {
    const entry = this.producers.get(batch.producerId);
    if (entry === undefined || entry.epoch !== batch.producerEpoch) return null;
    for (const kept of entry.batches) {
      if (kept.firstSequence === batch.firstSequence && kept.lastSequence === batch.lastSequence) return kept;
    }
    return null;
  }

  /** Why a client's batch must not be appended; null when it may. Duplicates must have been sorted out before. */
  check(batch: BatchFacts): ProducerRefusal | null {
    const entry = this.producers.get(batch.producerId);
    if (entry === undefined) return null; // Unknown producers may begin anywhere.
    if (batch.producerEpoch < entry.epoch) return "INVALID_PRODUCER_EPOCH";
    if (!batch.isTransactional && entry.currentTransactionFirstOffset !== NONE) return "INVALID_TXN_STATE";
    if (entry.epoch === NONE) return null;
    if (batch.producerEpoch !== entry.epoch) {
      return batch.firstSequence === 0 ? null : "OUT_OF_ORDER_SEQUENCE_NUMBER";
    }
    const last = entry.batches.at(-1);
    if (last === undefined) return null;
    const expected = (last.lastSequence + 1) % SEQUENCE_SPAN;
    return batch.firstSequence === expected ? null : "OUT_OF_ORDER_SEQUENCE_NUMBER";
  }

  /** Why a transaction marker must not be appended; null when it may. */
  checkMarker(batch: BatchFacts, marker: Marker): ProducerRefusal | null {
    const entry = this.producers.get(batch.producerId);
    if (entry === undefined) return null;
    if (batch.producerEpoch < entry.epoch) return "INVALID_PRODUCER_EPOCH";
    return marker.coordinatorEpoch < entry.coordinatorEpoch ? "TRANSACTION_COORDINATOR_FENCED" : null;
  }

  /** Takes in a batch of data that has been appended. */
  apply(batch: BatchFacts, nowMs: number): void {
    const entry = this.entryFor(batch, nowMs);
    if (batch.isTransactional && entry.currentTransactionFirstOffset === NONE) {
      entry.currentTransactionFirstOffset = batch.firstOffset;
    }
    const { batches } = entry;
    // The oldest slot is reused: producers that write without end make no garbage.
    const slot = batches.length < WINDOW ? ({} as ProducerBatch) : batches.shift()!;
    slot.firstSequence = batch.firstSequence;
    slot.lastSequence = batch.lastSequence;
    slot.firstOffset = batch.firstOffset;
    slot.lastOffset = batch.lastOffset;
    slot.timestamp = batch.timestamp;
    batches.push(slot);
  }

  /** Takes in a transaction marker; returns the transaction that it ended, if one was open. */
  applyMarker(batch: BatchFacts, marker: Marker, nowMs: number): CompletedTransaction | null {
    const entry = this.entryFor(batch, nowMs);
    entry.coordinatorEpoch = marker.coordinatorEpoch;
    const firstOffset = entry.currentTransactionFirstOffset;
    entry.currentTransactionFirstOffset = NONE;
    if (firstOffset === NONE) return null;
    const ended = {
      producerId: batch.producerId,
      firstOffset,
      lastOffset: batch.lastOffset,
      isAborted: !marker.isCommit,
    };
    this.uncommittedEnds.push(ended);
    return ended;
  }

  /** Takes in what a snapshot says of one producer. */
  restore(entry: ProducerEntry): void {
    this.producers.set(entry.producerId, entry);
  }

  /** The last stable offset (exclusive) once `ended` is over: where the next open transaction begins. */
  stableOffsetAfter(ended: CompletedTransaction): number {
    let offset = ended.lastOffset + 1;
    for (const entry of this.producers.values()) {
      const first = entry.currentTransactionFirstOffset;
      if (first !== NONE && first < offset) offset = first;
    }
    return offset;
  }

  /** Where the oldest transaction begins that is open or whose end is not committed; null when there is none. */
  firstUnstableOffset(): number | null {
    let oldest = Infinity;
    for (const entry of this.producers.values()) {
      const first = entry.currentTransactionFirstOffset;
      if (first !== NONE && first < oldest) oldest = first;
    }
    for (const ended of this.uncommittedEnds) oldest = Math.min(oldest, ended.firstOffset);
    return oldest === Infinity ? null : oldest;
  }

  /** Ends whose markers lie below the high watermark (exclusive) no longer hold anything back. */
  onHighWatermark(highWatermark: number): void {
    if (this.uncommittedEnds.length === 0) return;
    this.uncommittedEnds = this.uncommittedEnds.filter((ended) => ended.lastOffset >= highWatermark);
  }

  /** Forgets producers that have been silent for too long. One with an open transaction is kept. */
  expire(nowMs: number, expirationMs: number): number {
    let expired = 0;
    for (const [producerId, entry] of this.producers) {
      if (entry.currentTransactionFirstOffset !== NONE || nowMs - entry.lastSeenMs < expirationMs) continue;
      this.producers.delete(producerId);
      expired += 1;
    }
    return expired;
  }

  clear(): void {
    this.producers.clear();
    this.uncommittedEnds = [];
  }

  private entryFor(batch: BatchFacts, nowMs: number): ProducerEntry {
    let entry = this.producers.get(batch.producerId);
    if (entry === undefined) {
      entry = {
        producerId: batch.producerId,
        epoch: batch.producerEpoch,
        coordinatorEpoch: NONE,
        currentTransactionFirstOffset: NONE,
        lastTimestamp: NONE,
        batches: [],
        lastSeenMs: nowMs,
      };
      this.producers.set(batch.producerId, entry);
    }
    if (entry.epoch !== batch.producerEpoch) {
      entry.epoch = batch.producerEpoch;
      entry.batches = [];
    }
    entry.lastTimestamp = batch.timestamp;
    entry.lastSeenMs = nowMs;
    return entry;
  }
}
