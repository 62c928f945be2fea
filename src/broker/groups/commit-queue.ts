import type { CodecName } from "../../base/compression.ts";
import type { GroupError } from "../../core/groups/decision.ts";
import type { GroupRecord } from "../../core/groups/group-record.ts";
import type { Clock } from "../../ports/clock.ts";
import { buildBatch } from "../../wire/kafka/record-batch.ts";
import { encodeGroupRecord } from "./group-record-codec.ts";
import type { EncodedRecord } from "./group-record-codec.ts";
import type { OffsetsPartition } from "./offsets-partition.ts";

export interface CommitCaller {
  settle(): void;
  refuse(error: GroupError): void;
}

interface CommitQueueOptions {
  readonly partition: OffsetsPartition;
  readonly clock: Clock;
  readonly codec: CodecName;
  /** Called once; the queue is of no use afterwards. */
  readonly onFailure: (error: unknown) => void;
}

/** A batch is closed when it has grown to this; one record alone may be larger. */
const BATCH_BYTES_TARGET = 512 * 1024;
/** Requests that may wait for their commit; above it the disk is too slow for the load and new ones are refused. */
const WAITING_MAX = 20_000;

/**
 * Gathers the records of one turn of the event loop into as few batches as possible, and calls back in order once
 * they are committed.
 */
export class CommitQueue {
  readonly #options: CommitQueueOptions;
  #records: EncodedRecord[] = [];
  #callers: CommitCaller[] = [];
  readonly #inFlight = new Set<CommitCaller>();
  /** Resolves when all that was flushed so far has been settled. */
  #settled: Promise<void> = Promise.resolve();
  #isFlushDue = false;
  #isDead = false;

  constructor(options: CommitQueueOptions) {
    this.#options = options;
  }

  /** Whether everything that was added is committed. */
  get isIdle(): boolean {
    return this.#callers.length === 0 && this.#inFlight.size === 0;
  }

  get isFull(): boolean {
    return this.#callers.length + this.#inFlight.size >= WAITING_MAX;
  }

  /** Without records, the caller waits for those that were added before. */
  add(records: readonly GroupRecord[], caller: CommitCaller): void {
    for (const record of records) this.#records.push(encodeGroupRecord(record));
    this.#callers.push(caller);
    if (this.#isFlushDue) return;
    this.#isFlushDue = true;
    this.#options.clock.defer(() => this.#flush());
  }

  /** Refuses everybody who waits. */
  abandon(error: GroupError): void {
    this.#isDead = true;
    const callers = [...this.#inFlight, ...this.#callers];
    this.#inFlight.clear();
    this.#callers = [];
    this.#records = [];
    for (const caller of callers) caller.refuse(error);
  }

  #flush(): void {
    this.#isFlushDue = false;
    if (this.#isDead) return;
    const callers = this.#callers;
    const batches = this.#toBatches(this.#records);
    this.#callers = [];
    this.#records = [];
    for (const caller of callers) this.#inFlight.add(caller);
    const before = this.#settled;
    this.#settled = this.#commit(batches, before).then(
      () => this.#settle(callers),
      (error: unknown) => this.#fail(error),
    );
  }

  /** Starts all writes now, so that they keep their order, and waits for them and for all before. */
  async #commit(batches: readonly Buffer[], before: Promise<void>): Promise<void> {
    await Promise.all([before, ...batches.map((batch) => this.#append(batch))]);
  }

  /** Turns a refusal at once into one that is noticed later, like all others. */
  async #append(batch: Buffer): Promise<void> {
    await this.#options.partition.append(batch);
  }

  #settle(callers: readonly CommitCaller[]): void {
    for (const caller of callers) {
      // An earlier callback may have found the partition gone.
      if (this.#inFlight.delete(caller)) caller.settle();
    }
  }

  #fail(error: unknown): void {
    if (!this.#isDead) this.#options.onFailure(error);
  }

  #toBatches(records: readonly EncodedRecord[]): Buffer[] {
    const batches: Buffer[] = [];
    const timestamp = this.#options.clock.now();
    const { codec } = this.#options;
    let group: EncodedRecord[] = [];
    let sizeBytes = 0;
    for (const record of records) {
      group.push(record);
      sizeBytes += record.key.length + (record.value?.length ?? 0);
      if (sizeBytes < BATCH_BYTES_TARGET) continue;
      batches.push(buildBatch({ baseOffset: 0, records: group, timestamp, codec }));
      group = [];
      sizeBytes = 0;
    }
    if (group.length > 0) batches.push(buildBatch({ baseOffset: 0, records: group, timestamp, codec }));
    return batches;
  }
}
