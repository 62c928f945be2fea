import type { ConsumerRecord } from "./consumer-record.ts";
import type { FetchedBlock } from "./fetched-block.ts";
import type { RecordShape } from "./record-cursor.ts";
import { partitionName, type TopicPartition } from "../topic-partition.ts";

/** A place in a partition, with the epoch of the record before it; -1 when that is not known (KIP-320). */
export interface OffsetAndEpoch {
  readonly offset: number;
  readonly leaderEpoch: number;
}

/**
 * What must happen before more can be fetched.
 * - `find`: the position is not known: what the group committed, else what `autoOffsetReset` says.
 * - `reset`: the position is outside the log.
 * - `validate`: the leader has changed; its log may have been cut behind the position.
 * - `fetch`: nothing.
 */
export type PartitionPhase = "find" | "reset" | "validate" | "fetch";

/**
 * One partition that a consumer reads. Three offsets move through it, each behind the other: what is fetched next, what
 * is handed over next (`position`), and what has been worked through and may be committed (`processed`).
 */
export class ConsumedPartition<K = Buffer, V = Buffer> implements TopicPartition {
  readonly topic: string;
  readonly partition: number;
  readonly name: string;
  private readonly shape: RecordShape<K, V>;
  private readonly blocks: FetchedBlock[] = []; // Oldest first.
  private returned: readonly ConsumerRecord<K, V>[] = []; // Before all of `blocks`.
  phase: PartitionPhase = "find";
  isPaused = false;
  /** About to be given to another member: nothing more is handed over. */
  isLeaving = false;
  /** The next offset to ask a leader for. Meaningless in the phases `find` and `reset`. */
  fetch: OffsetAndEpoch = { offset: -1, leaderEpoch: -1 };
  /** Everything before it has been worked through; null until the position is known. */
  processed: OffsetAndEpoch | null = null;
  /** What the group has committed, as far as this consumer knows; -1 when it does not. */
  committedOffset = -1;
  /** The next offset to hand over; null until it is known. */
  position: number | null = null;
  /** Exclusive end that the last answer told; -1 before the first. */
  highWatermark = -1;
  bufferedBytes = 0;
  /** Raised when all that came before it has been handed over. */
  failure: Error | null = null;
  /** The leader's epoch that the position was last checked against; -1 for none. */
  checkedEpoch = -1;
  /** Whether the last answer brought records: the next one probably comes at once. */
  isHot = false;
  /** Monotonic ms before which nothing is asked for, after an error. */
  retryAtMs = 0;
  /** A follower in our rack to read from instead of the leader (KIP-392), and until when; -1 for none. */
  replica = { nodeId: -1, untilMs: 0 };
  /** Moved by each seek, so that an answer to what was asked before is known as such. */
  seeks = 0;

  constructor(shape: RecordShape<K, V>) {
    this.shape = shape;
    this.topic = shape.topic;
    this.partition = shape.partition;
    this.name = partitionName(shape);
  }

  /** Goes on at `place`; what was fetched is dropped. */
  seek(place: OffsetAndEpoch): void {
    this.drop();
    this.fetch = place;
    this.processed = place;
    this.position = place.offset;
    this.checkedEpoch = -1;
    this.phase = "fetch";
  }

  /** Goes on fetching at `place`; what has been fetched is still handed over before it. */
  moveTo(place: OffsetAndEpoch): void {
    if (this.blocks.length === 0) {
      this.seek(place);
      return;
    }
    this.fetch = place;
    this.phase = "fetch";
  }

  /** Takes back what was handed over and not looked at; it is handed over again first. */
  putBack(records: readonly ConsumerRecord<K, V>[]): void {
    if (records.length === 0) return;
    this.returned = [...records, ...this.returned];
    this.position = records[0]!.offset;
  }

  private drop(): void {
    this.blocks.length = 0;
    this.returned = [];
    this.bufferedBytes = 0;
    this.failure = null;
    this.isHot = false;
    this.seeks += 1;
  }

  /** Takes what a leader sent from `fetch` on. */
  add(block: FetchedBlock): void {
    this.blocks.push(block);
    this.bufferedBytes += block.sizeBytes;
    this.fetch = block.end;
  }

  /** Whether `take` has something to return or to throw. */
  get isReady(): boolean {
    if (this.isPaused || this.isLeaving) return false;
    return this.blocks.length > 0 || this.returned.length > 0 || this.failure !== null;
  }

  /**
   * Up to `countMax` records, from one block or several; none when all that was buffered holds nothing to see.
   * @throws what a block throws, or `failure`, once the records before it have been taken.
   */
  take(countMax: number): ConsumerRecord<K, V>[] {
    const records = this.returned.slice(0, countMax);
    this.returned = this.returned.slice(records.length);
    if (this.returned.length === 0) this.takeFromBlocks(records, countMax);
    this.position = this.returned[0]?.offset ?? this.blocks[0]?.nextOffset ?? this.fetch.offset;
    if (records.length === 0 && this.failure !== null) throw this.takeFailure();
    return records;
  }

  private takeFromBlocks(records: ConsumerRecord<K, V>[], countMax: number): void {
    while (records.length < countMax && this.blocks.length > 0) {
      const block = this.blocks[0]!;
      try {
        block.take(records, countMax - records.length, this.shape);
      } catch (error) {
        // What came before the failure is handed over first; the same failure shows again at the next call.
        if (records.length === 0) throw error;
        return;
      }
      if (!block.isDone) return;
      this.blocks.shift();
      this.bufferedBytes -= block.sizeBytes;
    }
  }

  private takeFailure(): Error {
    const failure = this.failure!;
    this.failure = null;
    return failure;
  }

  /** What was handed over up to `place` has been worked through. */
  advance(place: OffsetAndEpoch): void {
    if (this.processed !== null && place.offset > this.processed.offset) this.processed = place;
  }

  /** Hands over again what was handed over and not worked through. */
  rewind(): void {
    if (this.processed !== null && this.processed.offset !== this.position) this.seek(this.processed);
  }
}

/** A partition as those see it who do not look into its records. */
export type AnyPartition = ConsumedPartition<unknown, unknown>;
