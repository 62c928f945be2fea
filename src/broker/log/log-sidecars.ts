import { encodeEpochCheckpoint } from "../../core/log/checkpoint-format.ts";
import { EPOCH_CHECKPOINT, PARTITION_METADATA, segmentFileName } from "../../core/log/file-names.ts";
import { encodeProducerSnapshot } from "../../core/log/producer-snapshot.ts";
import { encodePartitionMetadata } from "../../core/log/properties-format.ts";
import type { Uuid } from "../../base/uuid.ts";
import type { PartitionLog } from "./partition-log.ts";
import { Segment } from "./segment.ts";
import { writeCheckpoint } from "./write-checkpoint.ts";

/**
 * The files beside a log's records: indexes, producer snapshots, the epoch checkpoint, `partition.metadata`.
 *
 * All but the last can be built anew from the records behind the recovery point, so they are written without
 * waiting, and `sync` makes them durable before the recovery point moves past what they describe.
 */
export class LogSidecars {
  private readonly log: PartitionLog;
  /** Made when it is needed: most of ten thousand logs are as the disk has them. */
  private unsynced: Set<string> | null = null;
  private hasUnsyncedMetadata = false;
  private writtenEpochVersion: number;
  private snapshotOffsets: number[] = [];
  private syncing: Promise<void> = SETTLED;

  constructor(log: PartitionLog) {
    this.log = log;
    this.writtenEpochVersion = log.epochs.version;
  }

  newSegment(baseOffset: number): Segment {
    const { env, files, indexCache } = this.log.context;
    const segment = new Segment({
      disk: env.disk,
      files,
      indexCache,
      directory: this.log.path,
      baseOffset,
      indexIntervalBytes: this.log.config.indexIntervalBytes,
    });
    segment.startEmpty(env.clock.now());
    return segment;
  }

  /** The log's directory has a new name in it, or lost one. */
  noteNewFile(): void {
    this.log.context.flusher.noteDirectory(this.log.path);
  }

  writeOnRoll(active: Segment): void {
    for (const path of active.writeIndexes()) this.noteUnsynced(path);
    this.writeSnapshot();
  }

  /** Writes the producer state as of the log's end. */
  writeSnapshot(): void {
    const offset = this.log.logEndOffset;
    const path = `${this.log.path}/${segmentFileName(offset, "snapshot")}`;
    this.log.context.env.disk.writeFile(path, encodeProducerSnapshot(this.log.producers));
    this.noteUnsynced(path);
    if (this.snapshotOffsets.at(-1) !== offset) this.snapshotOffsets.push(offset);
    this.noteNewFile();
  }

  /** The snapshots that the directory holds, ascending; for the loader. */
  setSnapshots(offsets: readonly number[]): void {
    this.snapshotOffsets = [...offsets];
  }

  /** Offsets of the snapshot files, ascending. */
  get snapshots(): readonly number[] {
    return this.snapshotOffsets;
  }

  /** Removes snapshots that no segment begins at, but for the newest one. */
  trimSnapshots(): void {
    const bases = new Set(this.log.segments.all().map((segment) => segment.baseOffset));
    const newest = this.snapshotOffsets.at(-1);
    this.dropSnapshots((offset) => offset !== newest && !bases.has(offset));
  }

  /** Removes the snapshots that the predicate names. */
  dropSnapshots(isOut: (offset: number) => boolean): void {
    const out = this.snapshotOffsets.filter(isOut);
    if (out.length === 0) return;
    this.snapshotOffsets = this.snapshotOffsets.filter((offset) => !isOut(offset));
    for (const offset of out) this.removeSnapshot(offset);
  }

  removeSnapshot(offset: number): void {
    const path = `${this.log.path}/${segmentFileName(offset, "snapshot")}`;
    this.log.context.env.disk.remove(path);
    this.unsynced?.delete(path);
    this.noteNewFile();
  }

  /** Writes `partition.metadata`; it becomes durable with the first data. */
  writeMetadata(topicId: Uuid): void {
    const path = `${this.log.path}/${PARTITION_METADATA}`;
    this.log.context.env.disk.writeFile(path, encodePartitionMetadata(topicId));
    this.log.topicId = topicId;
    this.noteUnsyncedMetadata();
    this.noteNewFile();
  }

  /** The next sync of the log makes `partition.metadata` durable too. */
  noteUnsyncedMetadata(): void {
    this.hasUnsyncedMetadata = true;
  }

  takeUnsyncedMetadata(): string[] {
    if (!this.hasUnsyncedMetadata) return NO_PATHS;
    this.hasUnsyncedMetadata = false;
    return [`${this.log.path}/${PARTITION_METADATA}`];
  }

  /** The epoch checkpoint says something else than the log, or is missing; for the loader. */
  noteUnwrittenEpochs(): void {
    this.writtenEpochVersion = NEVER;
  }

  private noteUnsynced(path: string): void {
    this.unsynced ??= new Set();
    this.unsynced.add(path);
  }

  /** Whether `sync` has anything to do. */
  get isDirty(): boolean {
    return (
      (this.unsynced !== null && this.unsynced.size > 0) ||
      this.log.epochs.version !== this.writtenEpochVersion
    );
  }

  /** Makes durable what describes the log up to its present end. One call at a time: they share a temporary file. */
  sync(): Promise<void> {
    const synced = this.syncing.then(() => this.syncNow());
    // Whoever waits for the failed call hears of it; the next one starts afresh.
    this.syncing = synced.catch(() => {});
    return synced;
  }

  private async syncNow(): Promise<void> {
    const { epochs, context } = this.log;
    const paths = [...(this.unsynced ?? [])];
    this.unsynced = null;
    try {
      for (const path of paths) await context.flusher.syncPath(path);
      const { version } = epochs;
      if (version !== this.writtenEpochVersion) {
        const epochPath = `${this.log.path}/${EPOCH_CHECKPOINT}`;
        // Its sync of the directory makes all names durable.
        await writeCheckpoint(context.env.disk, epochPath, encodeEpochCheckpoint(epochs.entries));
        this.writtenEpochVersion = version;
      } else if (paths.length > 0) await context.env.disk.syncDirectory(this.log.path);
    } catch (error) {
      for (const path of paths) this.noteUnsynced(path);
      throw error;
    }
  }
}

const NO_PATHS: string[] = [];
const NEVER = -1;
/** Shared by all logs that have nothing under way. */
const SETTLED = Promise.resolve();
