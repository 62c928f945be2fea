import type { Timer } from "../../ports/clock.ts";
import { recordCountOf } from "../../wire/kafka/record-batch.ts";
import type { Syncable, SyncWork } from "./flusher.ts";
import type { FileHandle } from "./open-files.ts";
import type { PartitionLog } from "./partition-log.ts";
import type { Segment } from "./segment.ts";
import { StorageError } from "./storage-error.ts";

/** Longer delays mean never: `flush.ms` is unlimited by default. */
const FLUSH_DELAY_MS_MAX = 2 ** 31;

interface FlushWaiter {
  /** The first round that takes in what was there when the waiter came. */
  readonly round: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** How far one log has been synced, when it asks for the next sync, and who waits for it. */
export class LogFlush implements Syncable {
  private readonly log: PartitionLog;
  private listeners: readonly ((durableEndOffset: number) => void)[] = [];
  private waiters: FlushWaiter[] = [];
  private closed: Segment[] = [];
  private durable: number;
  private synced: number;
  private syncingEnd = 0;
  private begunRounds = 0;
  private checkpointed: number;
  private recordsUnsynced = 0;
  private bytesUnsynced = 0;
  /** `flush.messages` was reached: acknowledgements wait for the sync. */
  private holdsBack = false;
  private timer: Timer | null = null;
  private hasNames: boolean;

  constructor(log: PartitionLog, durableEndOffset: number, recoveryPoint: number) {
    this.log = log;
    this.durable = durableEndOffset;
    this.synced = durableEndOffset;
    this.checkpointed = recoveryPoint;
    this.hasNames = !log.isNew;
  }

  /**
   * Whether the log's first file would be found after a power cut. A log does not roll before that: later
   * segments without the first would look like a log that begins there.
   */
  get isNamed(): boolean {
    return this.hasNames;
  }

  get durableEndOffset(): number {
    return this.durable;
  }

  /** Exclusive: everything below is on the disk, whatever the topic's promise is. */
  get syncedEndOffset(): number {
    return this.synced;
  }

  /** Exclusive: a restart after a crash looks at everything from here on. On the disk itself. */
  get recoveryPoint(): number {
    return this.checkpointed;
  }

  onCheckpointed(recoveryPoint: number): void {
    this.checkpointed = Math.min(recoveryPoint, this.log.logEndOffset);
  }

  /** The listener also hears, with an end that has not grown, when there will be no more syncs. */
  onDurable(listener: (durableEndOffset: number) => void): void {
    // A pushed element would reserve room for sixteen more, with each of ten thousand logs.
    this.listeners = [...this.listeners, listener];
  }

  request(): void {
    this.log.context.flusher.request(this);
  }

  /** Somebody waits for what has been appended: its sync lingers no longer. */
  hurry(): void {
    if (this.durable < this.log.logEndOffset && !this.log.isOffline) this.request();
  }

  /** `isAwaited`: somebody waits until it is durable. */
  onAppend(batch: Buffer, isAwaited: boolean): void {
    const { config, context } = this.log;
    this.bytesUnsynced += batch.length;
    context.counters.writtenBytes += batch.length;
    if (config.fsyncBeforeAck) {
      if (isAwaited) this.request();
      else context.flusher.requestLater(this);
      return;
    }
    if (!this.hasNames) this.request();
    this.recordsUnsynced += recordCountOf(batch, 0);
    if (this.recordsUnsynced >= config.flushMessages) {
      this.holdsBack = true;
      this.request();
    }
    if (config.flushMs < FLUSH_DELAY_MS_MAX) {
      this.timer ??= this.log.context.env.clock.schedule(config.flushMs, () => this.onFlushTime());
    }
    if (!this.holdsBack) this.setDurable(this.log.logEndOffset);
  }

  private onFlushTime(): void {
    this.timer = null;
    if (this.synced < this.log.logEndOffset) this.request();
  }

  /** The segment closes; its last bytes may not be synced yet. */
  addClosed(segment: Segment): void {
    if (segment.isDirty) this.closed.push(segment);
  }

  flush(): Promise<void> {
    if (this.log.isOffline) return Promise.reject(this.offlineError(null));
    const offset = this.log.logEndOffset;
    if (this.synced >= offset && !this.log.active.isDirty) return Promise.resolve();
    this.request();
    const round = this.begunRounds + 1;
    return new Promise((resolve, reject) => this.waiters.push({ round, resolve, reject }));
  }

  beginSync(): SyncWork {
    const { log } = this;
    this.begunRounds += 1;
    this.syncingEnd = log.logEndOffset;
    const files: FileHandle[] = [];
    for (const segment of this.closed) if (segment.isDirty) files.push(segment.takeUnsynced());
    this.closed = [];
    if (log.active.isDirty) files.push(log.active.takeUnsynced());
    this.recordsUnsynced = 0;
    const sizeBytes = this.bytesUnsynced;
    this.bytesUnsynced = 0;
    const directories = [log.context.root, log.path];
    return { files, sizeBytes, directories, paths: log.sidecars.takeUnsyncedMetadata() };
  }

  completeSync(): void {
    if (this.log.isClosed) return;
    this.synced = this.syncingEnd;
    this.hasNames ||= this.syncingEnd > this.log.active.baseOffset;
    const { config } = this.log;
    this.holdsBack = this.recordsUnsynced >= config.flushMessages;
    this.setDurable(config.fsyncBeforeAck || this.holdsBack ? this.synced : this.log.logEndOffset);
    if (this.waiters.length === 0) return;
    const waiters = this.waiters;
    this.waiters = waiters.filter((waiter) => waiter.round > this.begunRounds);
    for (const waiter of waiters) if (waiter.round <= this.begunRounds) waiter.resolve();
  }

  abandonSync(error: unknown): void {
    const waiters = this.waiters;
    this.waiters = [];
    for (const waiter of waiters) waiter.reject(this.offlineError(error));
    for (const listener of this.listeners) listener(this.durable);
  }

  /** The log was cut: what a sync in flight covers counts up to there only. */
  onTruncate(offset: number): void {
    this.durable = Math.min(this.durable, offset);
    this.synced = Math.min(this.synced, offset);
    this.syncingEnd = Math.min(this.syncingEnd, offset);
    this.checkpointed = Math.min(this.checkpointed, offset);
  }

  close(): void {
    this.timer?.cancel();
    this.timer = null;
    this.abandonSync(null);
  }

  private setDurable(offset: number): void {
    if (offset <= this.durable) return;
    this.durable = offset;
    for (const listener of this.listeners) listener(offset);
  }

  private offlineError(cause: unknown): StorageError {
    const { root } = this.log.context;
    return new StorageError(`Log directory "${root}" is offline`, { directory: root, isFull: false, cause });
  }
}
