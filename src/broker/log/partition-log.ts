import { assert } from "../../base/assert.ts";
import type { Uuid } from "../../base/uuid.ts";
import { factsOf, markerOf } from "../../core/log/batch-facts.ts";
import type { LeaderEpochCache } from "../../core/log/leader-epoch-cache.ts";
import type { LogConfig } from "../../core/log/log-config.ts";
import { OffsetOrdered } from "../../core/log/offset-ordered.ts";
import type { BatchFacts, ProducerState } from "../../core/log/producer-state.ts";
import { rollReason } from "../../core/log/roll-decision.ts";
import { collectAborted, type AbortedTransaction } from "../../core/log/transaction-index.ts";
import {
  baseOffsetOf,
  lastOffsetDeltaOf,
  maxTimestampOf,
  producerIdOf,
  setBaseOffset,
  setPartitionLeaderEpoch,
} from "../../wire/kafka/record-batch.ts";
import { judgeProducer, type AppendOptions, type AppendOutcome } from "./append.ts";
import { ColdReads } from "./cold-reads.ts";
import { LogChanges } from "./log-changes.ts";
import type { LogContext } from "./log-context.ts";
import { LogFlush } from "./log-flush.ts";
import { LogSidecars } from "./log-sidecars.ts";
import type { LogState } from "./log-state.ts";
import { MemoryTail, type TailRead } from "./memory-tail.ts";
import type { Segment } from "./segment.ts";
import { truncateLog } from "./truncate-log.ts";
import { maxTimestampOffset, offsetForTimestamp, type FoundRecord } from "./timestamp-lookup.ts";

/**
 * One partition's log: an append-only sequence of record batches in Kafka's on-disk format.
 *
 * `append` writes into the page cache at once, in order; a group fsync follows and moves `durableEndOffset`.
 * Reads at the end come from memory, all others from the disk off the event loop.
 */
export class PartitionLog {
  readonly topic: string;
  readonly partition: number;
  readonly path: string;
  readonly segments: OffsetOrdered<Segment>;
  readonly epochs: LeaderEpochCache;
  readonly producers: ProducerState;
  readonly context: LogContext;
  readonly sidecars: LogSidecars;
  readonly flushing: LogFlush;
  readonly tail: MemoryTail;
  readonly isNew: boolean;
  readonly changes = new LogChanges();
  private readonly coldReads = new ColdReads(this);
  topicId: Uuid | null;
  /** Inclusive: the first offset that can be read. */
  logStartOffset: number;
  /** Inclusive: a start that somebody asked for. It is shown once the log-start checkpoint says so. */
  wantedStart = 0;
  isClosed = false;
  /** Something was appended or cut since the files were last settled. */
  private hasChanged = false;
  private isCutting = false;
  private settings: LogConfig;
  private durableStart: number; // Inclusive: a restart finds at least this log start.
  private end: number;
  private committedEnd: number;
  private rollJitterMs: number;

  constructor(context: LogContext, state: LogState) {
    this.context = context;
    this.topic = state.topic;
    this.partition = state.partition;
    this.topicId = state.topicId;
    this.settings = state.config;
    this.path = state.path;
    this.isNew = state.isNew;
    this.segments = new OffsetOrdered(state.segments);
    this.epochs = state.epochs;
    this.producers = state.producers;
    this.logStartOffset = state.logStartOffset;
    this.durableStart = state.logStartOffset;
    this.end = state.logEndOffset;
    this.committedEnd = state.highWatermark;
    this.active.isActive = true;
    this.tail = new MemoryTail({ budget: context.tailBudget, bytesMax: context.tailBytesMax }, this.end);
    this.sidecars = new LogSidecars(this);
    this.flushing = new LogFlush(this, state.durableEndOffset, state.recoveryPoint);
    this.rollJitterMs = this.nextJitter();
  }

  get config(): LogConfig {
    return this.settings;
  }

  /** Exclusive: the offset of the next record. */
  get logEndOffset(): number {
    return this.end;
  }

  /** Exclusive: below it nothing is lost in a power cut. Without fsync-before-ack: the same as the end. */
  get durableEndOffset(): number {
    return this.flushing.durableEndOffset;
  }

  /** Exclusive: what is committed, as the owner says. */
  get highWatermark(): number {
    return this.committedEnd;
  }

  /** Exclusive: below it every transaction has ended (KIP-98). */
  get lastStableOffset(): number {
    const unstable = this.producers.firstUnstableOffset();
    return unstable === null ? this.committedEnd : Math.min(this.committedEnd, unstable);
  }

  /** The directory is lost until a restart. A full disk refuses appends, but the log can be read. */
  get isOffline(): boolean {
    return this.context.health.isOffline;
  }

  /** Of all segments' records; asks the disk once for each segment that was never used. */
  get sizeBytes(): number {
    return this.segments.all().reduce((sum, segment) => sum + segment.sizeBytes, 0);
  }

  get active(): Segment {
    return this.segments.last!;
  }

  /** The epoch of the last batch; -1 when there is none. */
  get latestEpoch(): number {
    return this.epochs.latestEpoch;
  }

  /** Calls the listener with the new `durableEndOffset` whenever it has grown. */
  onDurable(listener: (durableEndOffset: number) => void): void {
    this.flushing.onDurable(listener);
  }

  /** Resolves when everything appended so far is synced. @throws StorageError when the directory fails first. */
  flush(): Promise<void> {
    return this.flushing.flush();
  }

  /** Moves the high watermark forward; going back is ignored. */
  advanceHighWatermark(offset: number): void {
    assert(offset <= this.end, "the high watermark does not pass the log's end");
    if (offset <= this.committedEnd) return;
    this.committedEnd = offset;
    this.producers.onHighWatermark(offset);
  }

  updateConfig(config: LogConfig): void {
    this.settings = config;
    this.active.indexIntervalBytes = config.indexIntervalBytes;
    this.rollJitterMs = this.nextJitter();
  }

  /**
   * Appends one validated batch: assigns its offsets and leader epoch in place and writes it to the page cache.
   * The buffer is the caller's again: nothing of it is kept.
   * @throws StorageError when the directory takes no writes, or this one failed; nothing was appended then.
   */
  append(batch: Buffer, options: AppendOptions): AppendOutcome {
    const { health } = this.context;
    assert(!this.isCutting, "nothing is appended while the log is cut");
    health.mustTakeWrites();
    const isReplicated = options.origin === "replication";
    const baseOffset = isReplicated ? baseOffsetOf(batch, 0) : this.end;
    assert(baseOffset >= this.end, "appended offsets ascend");
    const lastOffset = baseOffset + lastOffsetDeltaOf(batch, 0);
    if (!isReplicated) {
      setBaseOffset(batch, 0, baseOffset);
      setPartitionLeaderEpoch(batch, 0, options.leaderEpoch);
    }
    const facts = producerIdOf(batch, 0) >= 0 ? factsOf(batch, 0) : null;
    const answer =
      facts === null ? null : judgeProducer(this.producers, { batch, facts, origin: options.origin });
    if (answer !== null) return answer;
    this.write(batch, lastOffset);
    this.epochs.assign(isReplicated ? batch.readInt32BE(12) : options.leaderEpoch, baseOffset);
    if (facts !== null) this.applyProducer(batch, facts);
    this.tail.append(batch, baseOffset, lastOffset);
    this.end = lastOffset + 1;
    this.hasChanged = true;
    this.flushing.onAppend(batch, options.isAwaited ?? true);
    return { kind: "appended", baseOffset, lastOffset };
  }

  private write(batch: Buffer, lastOffset: number): void {
    const maxTimestamp = maxTimestampOf(batch, 0);
    try {
      if (this.flushing.isNamed && this.mustRoll(batch, lastOffset, maxTimestamp)) this.roll();
      const { active } = this;
      if (active.sizeBytes === 0) this.sidecars.noteNewFile();
      active.append(batch, lastOffset, maxTimestamp);
    } catch (error) {
      throw this.context.health.onWriteFailure(error);
    }
  }

  private mustRoll(batch: Buffer, lastOffset: number, maxTimestamp: number): boolean {
    const { active, settings } = this;
    const indexes = active.indexes!;
    const reason = rollReason(
      {
        baseOffset: active.baseOffset,
        sizeBytes: active.sizeBytes,
        indexBytes: indexes.offsets.sizeBytes,
        timeIndexBytes: indexes.times.sizeBytes,
        ageMs: this.activeAgeMs(maxTimestamp),
        batchSizeBytes: batch.length,
        batchLastOffset: lastOffset,
      },
      {
        segmentBytes: settings.segmentBytes,
        segmentMs: settings.cleanupPolicyCompact
          ? Math.min(settings.segmentMs, settings.maxCompactionLagMs)
          : settings.segmentMs,
        segmentIndexBytes: settings.segmentIndexBytes,
        jitterMs: this.rollJitterMs,
      },
    );
    return reason !== null;
  }

  private activeAgeMs(maxTimestamp: number): number {
    const { firstTimestamp, createdMs } = this.active;
    if (firstTimestamp >= 0) return maxTimestamp - firstTimestamp;
    return this.context.env.clock.now() - createdMs;
  }

  private nextJitter(): number {
    const { segmentJitterMs, segmentMs } = this.settings;
    const bound = Math.min(segmentJitterMs, segmentMs, 2 ** 32);
    return bound > 0 ? this.context.env.random.below(Math.floor(bound)) : 0;
  }

  /**
   * Closes the active segment and begins a new one at the log's end. Fails before anything has changed.
   * @throws DiskError
   */
  roll(): void {
    const { active } = this;
    if (active.sizeBytes === 0 && active.baseOffset === this.end) return;
    // Behind garbage in a closed segment, recovery would take every later segment for a torn end.
    active.cutGarbage();
    this.sidecars.writeOnRoll(active);
    const next = this.sidecars.newSegment(this.end);
    next.log.fileOrNew();
    this.flushing.addClosed(active);
    this.segments.push(next);
    next.isActive = true;
    active.becomeClosed();
    this.sidecars.noteNewFile();
    this.sidecars.trimSnapshots();
    this.rollJitterMs = this.nextJitter();
    this.flushing.request();
  }

  private applyProducer(batch: Buffer, facts: BatchFacts): void {
    const nowMs = this.context.env.clock.now();
    if (!facts.isControl) return this.producers.apply(facts, nowMs);
    const marker = markerOf(batch, 0);
    if (marker === null) return;
    const ended = this.producers.applyMarker(facts, marker, nowMs);
    if (ended === null || !ended.isAborted) return;
    const { producerId, firstOffset, lastOffset } = ended;
    const lastStableOffset = this.producers.stableOffsetAfter(ended);
    this.active.aborted.push({ producerId, firstOffset, lastOffset, lastStableOffset });
  }

  /**
   * Whole batches from the one that holds `offset` on, below `upperOffset` (exclusive), in pieces that stay
   * valid. At once when they are in memory, else a promise. The offset must lie in the log.
   * @throws DiskError (rejects) when the disk cannot be read.
   */
  read(request: TailRead): Buffer[] | Promise<Buffer[]> {
    if (request.offset >= Math.min(request.upperOffset, this.end)) return [];
    return this.tail.read(request) ?? this.coldReads.read(request);
  }

  /** The aborted transactions that a read_committed consumer must know of, ascending by first offset. */
  abortedTransactions(fetchOffset: number, upperOffset: number): AbortedTransaction[] {
    const result: AbortedTransaction[] = [];
    const from = Math.max(0, this.segments.floorIndex(fetchOffset));
    for (let index = from; index < this.segments.length; index += 1) {
      const { aborted } = this.segments.at(index)!;
      if (aborted.length === 0) continue;
      const { found, isComplete } = collectAborted(aborted, { fetchOffset, upperOffset });
      result.push(...found);
      if (isComplete) break;
    }
    return result.toSorted((a, b) => a.firstOffset - b.firstOffset);
  }

  /** The epoch under which the record at `offset` was written; -1 when unknown. */
  leaderEpochAt(offset: number): number {
    return this.epochs.epochAt(offset);
  }

  /** Where the largest epoch at or below `epoch` ends (exclusive, KIP-279); null when there is none. */
  endOffsetForEpoch(epoch: number): { epoch: number; endOffset: number } | null {
    return this.epochs.endOf(epoch, this.end);
  }

  /**
   * The first record with this timestamp or a later one, with the epoch it was written under; null when there is
   * none. It may lie above the high watermark: the caller knows how far its client may see.
   */
  offsetForTimestamp(timestamp: number): Promise<FoundRecord | null> {
    return this.changes.undisturbed(() => offsetForTimestamp(this, timestamp));
  }

  /** The first record with the largest timestamp (KIP-734); null when no record has one. */
  maxTimestampOffset(): Promise<FoundRecord | null> {
    return this.changes.undisturbed(() => maxTimestampOffset(this));
  }

  /**
   * Deletes the records below `offset` (exclusive, at most the high watermark). Resolves when that outlasts a crash.
   */
  async deleteRecordsBefore(offset: number): Promise<void> {
    assert(offset <= this.committedEnd, "only committed records are deleted");
    if (offset <= this.durableStart) return;
    this.wantedStart = Math.max(this.wantedStart, offset);
    await this.context.checkpoint();
    // Only now: a start that clients have seen must not move back in a power cut.
    this.durableStart = Math.max(this.durableStart, offset);
    this.moveStart(offset);
  }

  /** Moves the log's start forward; what lies below can no longer be read. */
  moveStart(offset: number): void {
    this.logStartOffset = Math.max(this.logStartOffset, offset);
    this.epochs.truncateFromStart(this.logStartOffset);
    this.hasChanged = true;
  }

  /**
   * Cuts the log so that it ends at `offset` (exclusive), or before it when a batch spans it: a follower does this
   * that has left its leader's history. Nothing may be appended until the promise resolves.
   * @throws StorageError (rejects) when it could not be made durable: to be tried again.
   */
  async truncateTo(offset: number): Promise<void> {
    this.isCutting ||= offset < this.end;
    if (!this.isCutting) return;
    await this.changes.exclusively(async () => {
      await truncateLog(this, offset);
      await this.context.checkpoint();
    });
    this.isCutting = false;
  }

  /** For what cuts the log: see `truncate-log.ts`. */
  resetEnd(offset: number): void {
    this.end = offset;
    this.committedEnd = Math.min(this.committedEnd, offset);
    this.changes.note();
    this.hasChanged = true;
    this.tail.reset(offset);
    this.flushing.onTruncate(offset);
  }

  /** Brings all files to where the next start can take them as they are. */
  async settle(): Promise<void> {
    this.active.cutGarbage(); // Before the sync: else a power cut after the clean stop could bring it back.
    await this.flush();
    if (this.active.baseOffset === this.end && this.segments.length === 1 && this.end === 0) return;
    // A recovered log may have no snapshot of its end, and a clean start reads no records to make up for it.
    if (!this.hasChanged && this.sidecars.snapshots.at(-1) === this.end) return this.sidecars.sync();
    this.hasChanged = false;
    this.sidecars.writeOnRoll(this.active);
    this.sidecars.trimSnapshots();
    await this.sidecars.sync();
  }

  /** Closes all files and ends what waits. Syncs nothing. */
  close(): void {
    this.isClosed = true;
    this.flushing.close();
    this.tail.reset(this.end);
    this.coldReads.forget();
    for (const segment of this.segments.all()) segment.close();
  }
}
