import type { FetchPartition } from "../core/fetch/fetch-session.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import type { Partitions } from "./partitions.ts";
import { readPartitions, type PartitionRead, type ReadOptions } from "./read-partitions.ts";

export interface DelayedFetchOptions {
  readonly clock: Clock;
  readonly partitions: Partitions;
  readonly requests: readonly FetchPartition[];
  readonly read: ReadOptions;
  readonly minBytes: number;
  readonly maxWaitMs: number;
  /** Aborts when nobody wants the answer any more. */
  readonly closed: AbortSignal;
}

/**
 * One Fetch that may have to wait for records (long poll).
 *
 * It is answered at once when enough bytes are there, something is wrong, or the client does not wish to wait.
 * Otherwise each partition wakes it when its high watermark moves; wakes of one turn are looked at together.
 */
export class DelayedFetch {
  private readonly options: DelayedFetchOptions;
  private readonly done: (reads: PartitionRead[]) => void;
  private readonly failed: (error: unknown) => void;
  private readonly unsubscribes: (() => void)[] = [];
  private timer: Timer | null = null;
  private isWoken = false;
  private isFinished = false;
  private isReading = false;
  private readonly onClosed = (): void => this.release();

  private constructor(
    options: DelayedFetchOptions,
    done: (reads: PartitionRead[]) => void,
    failed: (error: unknown) => void,
  ) {
    this.options = options;
    this.done = done;
    this.failed = failed;
  }

  /** Calls `done` once, at once or later; not at all when `closed` aborts first. `failed` gets a failing disk. */
  static start(
    options: DelayedFetchOptions,
    done: (reads: PartitionRead[]) => void,
    failed: (error: unknown) => void,
  ): void {
    new DelayedFetch(options, done, failed).attempt(options.maxWaitMs <= 0);
  }

  private attempt(isLast: boolean): void {
    const { partitions, requests, read } = this.options;
    const reads = readPartitions(partitions, requests, read);
    if (!(reads instanceof Promise)) {
      this.consider(reads, isLast);
      return;
    }
    this.isReading = true;
    reads.then(
      (settled) => {
        this.isReading = false;
        this.consider(settled, isLast);
      },
      (error: unknown) => {
        this.release();
        this.failed(error);
      },
    );
  }

  private consider(reads: PartitionRead[], isLast: boolean): void {
    if (this.isFinished) return;
    if (isLast || isEnough(reads, this.options.minBytes)) {
      this.release();
      this.done(reads);
    } else if (this.timer === null) this.wait();
    else if (this.isWoken) this.retry(); // Something came while the disk was being read.
  }

  private wait(): void {
    const { clock, closed, maxWaitMs, partitions, requests } = this.options;
    partitions.waitingFetches += 1;
    this.timer = clock.schedule(maxWaitMs, () => this.attempt(true));
    closed.addEventListener("abort", this.onClosed);
    for (const request of requests) {
      const topic = this.options.read.isById ? partitions.topicName(request.topicId) : request.topic;
      const partition = topic === undefined ? undefined : partitions.get(topic, request.partition);
      if (partition !== undefined) this.unsubscribes.push(partition.onReadable(() => this.wake()));
    }
  }

  private wake(): void {
    if (this.isWoken) return;
    this.isWoken = true;
    if (!this.isReading) this.retry();
  }

  private retry(): void {
    this.options.clock.defer(() => {
      this.isWoken = false;
      if (!this.isFinished && !this.isReading) this.attempt(false);
    });
  }

  private release(): void {
    if (this.timer !== null && !this.isFinished) this.options.partitions.waitingFetches -= 1;
    this.isFinished = true;
    this.timer?.cancel();
    for (const unsubscribe of this.unsubscribes) unsubscribe();
    this.options.closed.removeEventListener("abort", this.onClosed);
  }
}

function isEnough(reads: readonly PartitionRead[], minBytes: number): boolean {
  if (reads.length === 0) return true;
  let bytes = 0;
  for (const read of reads) {
    if (read.error !== null || read.divergingEpoch !== null) return true;
    bytes += read.recordsBytes;
  }
  return bytes >= minBytes;
}
