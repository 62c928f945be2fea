import { assert } from "../../base/assert.ts";
import { NO_NUMBERS } from "./batch-buffer.ts";
import type { ProducerBatch } from "./producer-batch.ts";
import type { TopicPartition } from "../topic-partition.ts";

/** What the cluster knows an idempotent producer by (KIP-98). */
export interface ProducerIdentity {
  readonly producerId: number;
  readonly producerEpoch: number;
}

const EPOCH_MAX = 32_767;
/** Sequences wrap to 0 after the greatest 32-bit number. */
const SEQUENCE_END = 2 ** 31;

/**
 * The batches of one partition, and what keeps them in order and single.
 *
 * An idempotent producer numbers its records; a broker stores a batch only behind the one that it follows, and knows
 * one again that comes twice. So a batch keeps its numbers as long as it may have been stored. Three rules follow.
 * A retry goes alone, and before what is newer. When a number is lost for good (its batch was refused or given up),
 * nothing new is numbered until every batch with old numbers that may have been stored is known to be stored or not;
 * then the partition goes on with the next epoch, from 0 (KIP-360; a broker keeps epochs by partition, so that the
 * others need not know). And the first batch that a broker sees goes alone, since a broker that knows nothing takes
 * whatever number comes first.
 */
export class PartitionQueue {
  readonly target: TopicPartition;
  /** Not on their way, oldest first; only the last may still be open. */
  readonly waiting: ProducerBatch[] = [];
  /** On their way, in the order of leaving. */
  readonly onWire: ProducerBatch[] = [];
  /** Monotonic. Nothing leaves earlier: a retry waits, and so does what comes after it. */
  retryAtMs = 0;
  /** Lowered when a broker finds a batch too large. */
  batchBytesMax: number;
  /** The size of the batch that left last, which is a good guess for the next. */
  lastBatchBytes = 0;
  private readonly isIdempotent: boolean;
  private identity: ProducerIdentity | null = null;
  private spentProducerId = -1; // An id of this partition that must not come back.
  private nextSequence = 0;
  private isKnown = false; // The broker has acknowledged a batch under this identity.
  private hasGap = false; // A number is lost for good.

  constructor(target: TopicPartition, options: { batchBytesMax: number; isIdempotent: boolean }) {
    this.target = target;
    this.batchBytesMax = options.batchBytesMax;
    this.isIdempotent = options.isIdempotent;
  }

  get isEmpty(): boolean {
    return this.waiting.length === 0 && this.onWire.length === 0;
  }

  /** The batch that would leave next; null when none may, whatever the time. */
  next(inFlightMax: number): ProducerBatch | null {
    const { waiting, onWire } = this;
    const first = waiting[0];
    if (first === undefined || onWire.length >= inFlightMax) return null;
    if (!this.isIdempotent) return first;
    if (onWire.length > 0) {
      const isRetrying = first.attempts > 0 || onWire[0]!.attempts > 1;
      return this.isKnown && !isRetrying && !this.hasGap ? first : null;
    }
    return (this.hasGap ? waiting.find((batch) => batch.isNumbered) : undefined) ?? first;
  }

  /** The batch that still takes records, if there is one. */
  get open(): ProducerBatch | null {
    const last = this.waiting[this.waiting.length - 1];
    return last !== undefined && last.attempts === 0 ? last : null;
  }

  /** Whether the batch can only leave when the producer has got another id than this one. */
  needsIdentity(batch: ProducerBatch, current: ProducerIdentity | null): boolean {
    if (!this.isIdempotent || batch.isNumbered) return false;
    if (this.hasGap) this.renew();
    return this.identity === null && (current === null || current.producerId === this.spentProducerId);
  }

  /** The sealed batch that `next` gave leaves, numbered and stamped; `current` is the producer's newest identity. */
  take(batch: ProducerBatch, current: ProducerIdentity | null): void {
    if (this.isIdempotent && !batch.isNumbered) {
      if (this.hasGap) this.renew();
      this.identity ??= current;
      assert(this.identity !== null, "a batch is numbered by a producer with an identity");
      const { producerId, producerEpoch } = this.identity;
      batch.numbers = { producerId, producerEpoch, baseSequence: this.nextSequence };
      this.nextSequence = (this.nextSequence + batch.recordCount) % SEQUENCE_END;
      batch.buffer.stamp(batch.numbers);
    } else if (batch.attempts === 0) batch.buffer.stamp(batch.numbers);
    batch.attempts += 1;
    this.waiting.splice(this.waiting.indexOf(batch), 1);
    this.onWire.push(batch);
  }

  /** Only when no batch with numbers of the old epoch is left that may have been stored. */
  private renew(): void {
    assert(this.onWire.length === 0, "an epoch ends when nothing of it is on its way");
    this.hasGap = false;
    this.isKnown = false;
    this.nextSequence = 0;
    const { identity } = this;
    if (identity === null) return;
    if (identity.producerEpoch >= EPOCH_MAX) this.dropIdentity(identity);
    else this.identity = { ...identity, producerEpoch: identity.producerEpoch + 1 };
  }

  private dropIdentity({ producerId }: ProducerIdentity): void {
    this.spentProducerId = producerId;
    this.identity = null;
  }

  acknowledged(batch: ProducerBatch): void {
    this.leaveWire(batch);
    this.isKnown = true;
  }

  /** The batch is over, on its way or waiting: its numbers, if it had any, will never come. */
  failed(batch: ProducerBatch): void {
    if (this.onWire.includes(batch)) this.leaveWire(batch);
    else this.leaveWaiting(batch);
    if (batch.isNumbered) this.openGap();
  }

  /** The batch goes back to its place, before all that left or came after it, with the numbers that it has. */
  retry(batch: ProducerBatch, retryAtMs: number): void {
    this.leaveWire(batch);
    this.retryAtMs = Math.max(this.retryAtMs, retryAtMs);
    this.putBack([batch]);
    if (this.hasGap) this.forgetNumbers();
  }

  /** As `retry`, for a batch that became several smaller ones: together they have its records, and its numbers. */
  retrySplit(batch: ProducerBatch, parts: readonly ProducerBatch[]): void {
    this.leaveWire(batch);
    let { baseSequence } = batch.numbers;
    for (const part of parts) {
      part.attempts = batch.attempts;
      if (batch.isNumbered && !this.hasGap) part.numbers = { ...batch.numbers, baseSequence };
      part.buffer.stamp(part.numbers);
      baseSequence = (baseSequence + part.recordCount) % SEQUENCE_END;
    }
    this.putBack(parts);
  }

  /**
   * The broker says that the batch does not follow what it has. With an older one outstanding it just came too early.
   * Without, a number is lost, and this batch is not stored: the broker would have known it among the last five.
   */
  outOfOrder(batch: ProducerBatch): void {
    const isEarly = [...this.onWire, ...this.waiting].some(
      (other) => other.isNumbered && other.order < batch.order,
    );
    if (isEarly) return;
    batch.mayBeStored = false;
    this.openGap();
  }

  /** The numbers of this partition's identity are no good any more: it goes on with another producer id. */
  forgetIdentity(): void {
    this.openGap();
    if (this.identity !== null) this.dropIdentity(this.identity);
  }

  private openGap(): void {
    this.hasGap = true;
    this.forgetNumbers();
  }

  /** Those that surely were not stored get new numbers in the next epoch. */
  private forgetNumbers(): void {
    for (const batch of this.waiting) {
      if (batch.isNumbered && !batch.mayBeStored) {
        batch.numbers = NO_NUMBERS;
      }
    }
  }

  private putBack(batches: readonly ProducerBatch[]): void {
    const { order } = batches[0]!;
    const place = this.waiting.findIndex((other) => other.order >= order);
    this.waiting.splice(place < 0 ? this.waiting.length : place, 0, ...batches);
  }

  private leaveWire(batch: ProducerBatch): void {
    const place = this.onWire.indexOf(batch);
    assert(place >= 0, "a batch whose request ended was on its way");
    this.onWire.splice(place, 1);
  }

  private leaveWaiting(batch: ProducerBatch): void {
    const place = this.waiting.indexOf(batch);
    assert(place >= 0, "a batch that fails was waiting or on its way");
    this.waiting.splice(place, 1);
  }
}
