import { assert } from "../../base/assert.ts";
import { NO_NUMBERS, type BatchBuffer, type BatchNumbers } from "./batch-buffer.ts";
import type { TopicPartition } from "../topic-partition.ts";

/** What the broker said of a batch that it took. */
export interface BatchOutcome {
  /** Offset of the first record; -1 when the broker did not say. */
  readonly baseOffset: number;
  /** Milliseconds since the epoch, for a topic with the broker's time; -1 for one with the producers'. */
  readonly logAppendTimeMs: number;
}

/** Why the memory of a batch came free. There is no other way than these. */
export type FreedReason =
  /** Its acks are satisfied. */
  | "acknowledged"
  /** It will not be sent again: refused for good, or given up after its delivery time. */
  | "failed"
  /** Its records live on in two smaller batches. */
  | "split";

/**
 * Records that travel, are retried and are settled as one. Settled is what the sender of a record is told; freed is the
 * memory. The one may come before the other: a batch that is given up while it is on its way is settled at once, and
 * freed when its request has ended.
 */
export class ProducerBatch {
  readonly target: TopicPartition;
  readonly buffer: BatchBuffer;
  readonly createdMs: number; // Monotonic: when its first record came.
  /** Rises with age in one partition; the halves of a split batch share it. */
  readonly order: number;
  /** Records in the batch; still right when its memory is free. */
  recordCount = 0;
  attempts = 0;
  /** Given when the batch first leaves; a retry carries the same, so that the broker knows it again. */
  numbers: BatchNumbers = NO_NUMBERS;
  /** An attempt ended without the broker's word that the batch was not stored. */
  mayBeStored = false;
  lastError: Error | null = null;
  /** Whether a sender waits for the outcome; an error that nobody hears must be heard of otherwise. */
  isWatched = false;
  private outcome: BatchOutcome | Error | readonly ProducerBatch[] | null = null;
  private listeners: (() => void)[] = [];
  private isFreed = false;

  constructor(buffer: BatchBuffer, details: { target: TopicPartition; createdMs: number; order: number }) {
    this.buffer = buffer;
    this.target = details.target;
    this.createdMs = details.createdMs;
    this.order = details.order;
  }

  get isSettled(): boolean {
    return this.outcome !== null;
  }

  get isNumbered(): boolean {
    return this.numbers.baseSequence >= 0;
  }

  /** Calls back once, when the outcome is there: now, if it is. */
  whenSettled(listener: () => void): void {
    if (this.outcome === null) this.listeners.push(listener);
    else listener();
  }

  settle(outcome: BatchOutcome | Error | readonly ProducerBatch[]): void {
    assert(this.outcome === null, "a batch is settled once");
    this.outcome = outcome;
    const { listeners } = this;
    this.listeners = [];
    for (const listener of listeners) listener();
  }

  /** The offset of a record by its place in the batch, or why it has none; only once settled. */
  outcomeAt(index: number): BatchOutcome | Error {
    const { outcome } = this;
    assert(outcome !== null, "an outcome is read when the batch is settled");
    if (outcome instanceof Error) return outcome;
    if (!isSplit(outcome)) {
      const baseOffset = outcome.baseOffset < 0 ? -1 : outcome.baseOffset + index;
      return { baseOffset, logAppendTimeMs: outcome.logAppendTimeMs };
    }
    let rest = index;
    for (const part of outcome) {
      if (rest < part.recordCount) return part.outcomeAt(rest);
      rest -= part.recordCount;
    }
    throw new RangeError(`The batch has no record ${index}`);
  }

  /** The first error among its records; null when all of them were stored. Only once settled. */
  get failure(): Error | null {
    const { outcome } = this;
    if (outcome === null || outcome instanceof Error) return outcome;
    if (!isSplit(outcome)) return null;
    return outcome.map((part) => part.failure).find((failure) => failure !== null) ?? null;
  }

  /** Gives the memory back, exactly once. */
  free(): void {
    assert(!this.isFreed, "the memory of a batch is freed once");
    this.isFreed = true;
    this.buffer.free();
  }
}

function isSplit(outcome: BatchOutcome | readonly ProducerBatch[]): outcome is readonly ProducerBatch[] {
  return Array.isArray(outcome);
}
