import { segmentFileName, type SegmentKind } from "../../core/log/file-names.ts";
import { isSaneOffsetIndex } from "../../core/log/offset-index.ts";
import { SegmentIndexes, type IndexedBatch } from "../../core/log/segment-indexes.ts";
import { isSaneTimeIndex } from "../../core/log/time-index.ts";
import { encodeAbortedTransactions, type AbortedTransaction } from "../../core/log/transaction-index.ts";
import {
  batchSizeBytes,
  lastOffsetOf,
  maxTimestampOf,
  recordCountOf,
} from "../../wire/kafka/record-batch.ts";
import { readInt64 } from "../../wire/kafka/int64.ts";
import type { Disk } from "../../ports/disk.ts";
import type { IndexCache } from "./index-cache.ts";
import type { FileHandle, OpenFiles } from "./open-files.ts";
import { scanSegment, type BatchVisitor, type ScanResult } from "./scan-segment.ts";
import { writeCheckpoint } from "./write-checkpoint.ts";

const TIME_ENTRY_BYTES = 12;
/** Up to this size a file is read at once: the way through the thread pool would take longer. */
const SMALL_BYTES = 64 * 1024;

export interface SegmentOptions {
  readonly disk: Disk;
  readonly files: OpenFiles;
  readonly indexCache: IndexCache;
  readonly directory: string;
  readonly baseOffset: number;
  readonly indexIntervalBytes: number;
}

/**
 * One stretch of a log: a file of batches and its indexes.
 *
 * A closed segment is known by its name alone until it is used: its size, indexes and youngest timestamp are
 * looked up then. Only the last segment of a log, the active one, is written; its indexes live in memory and
 * reach the disk when it closes, because recovery builds them anew anyway.
 */
export class Segment {
  readonly baseOffset: number;
  readonly log: FileHandle;
  indexIntervalBytes: number;
  /** Aborted transactions whose marker lies here. */
  aborted: AbortedTransaction[] = [];
  /** Timestamp of the first batch; -1 when unknown or none. */
  firstTimestamp = -1;
  createdMs = 0;
  /** The log's last segment: its indexes grow and are never unloaded. */
  isActive = false;
  private readonly disk: Disk;
  private readonly indexCache: IndexCache;
  private readonly directory: string;
  private bytes: number | null = null;
  private known: SegmentIndexes | null = null;
  private youngest: number | null = null;
  private loading: Promise<SegmentIndexes> | null = null;
  private hasUnsynced = false;
  private hasGarbage = false;

  constructor(options: SegmentOptions) {
    this.disk = options.disk;
    this.indexCache = options.indexCache;
    this.directory = options.directory;
    this.baseOffset = options.baseOffset;
    this.indexIntervalBytes = options.indexIntervalBytes;
    this.log = options.files.handle(this.path("log"));
  }

  path(kind: SegmentKind, stage: "cleaned" | "swap" | "deleted" | null = null): string {
    return `${this.directory}/${segmentFileName(this.baseOffset, kind, stage)}`;
  }

  get sizeBytes(): number {
    this.bytes ??= this.disk.stat(this.log.path)?.sizeBytes ?? 0;
    return this.bytes;
  }

  /** Null until they are loaded. */
  get indexes(): SegmentIndexes | null {
    return this.known;
  }

  /** Takes over what a scan or a load has found. */
  adopt(sizeBytes: number, indexes: SegmentIndexes): void {
    this.bytes = sizeBytes;
    this.known = indexes;
    this.youngest = null;
  }

  /** Begins with nothing in it. */
  startEmpty(nowMs: number): void {
    this.adopt(0, new SegmentIndexes(this.baseOffset));
    this.createdMs = nowMs;
  }

  /** Whether there are bytes that no sync has taken. */
  get isDirty(): boolean {
    return this.hasUnsynced;
  }

  /** Only on the active segment. @throws DiskError; then the size is as before and bytes behind it are garbage. */
  append(batch: Buffer, lastOffset: number, maxTimestamp: number): void {
    const position = this.sizeBytes;
    this.cutGarbage();
    this.hasGarbage = true; // Until the write has gone well: a full disk may take half of it.
    this.log.fileOrNew().write([batch], position);
    this.hasGarbage = false;
    this.bytes = position + batch.length;
    if (position === 0) this.firstTimestamp = maxTimestamp;
    const facts: IndexedBatch = { position, sizeBytes: batch.length, lastOffset, maxTimestamp };
    this.known!.observe(facts, this.indexIntervalBytes);
    if (this.hasUnsynced) return;
    this.hasUnsynced = true;
    this.log.pin();
  }

  /** The caller syncs the file now, and unpins it when that is done. */
  takeUnsynced(): FileHandle {
    this.hasUnsynced = false;
    return this.log;
  }

  /** Cuts what a failed write left behind the end. @throws DiskError */
  cutGarbage(): void {
    if (!this.hasGarbage) return;
    if (this.disk.stat(this.log.path) !== null) this.truncate(this.sizeBytes);
    this.hasGarbage = false;
  }

  /** Writes the index files, whole. Returns the paths of those that must be synced; their names must be in any case. */
  writeIndexes(): string[] {
    const indexes = this.known;
    if (indexes === null) return [];
    indexes.seal();
    const paths: string[] = [];
    this.writeIndex("index", indexes.offsets.bytes(), paths);
    this.writeIndex("timeindex", indexes.times.bytes(), paths);
    if (this.aborted.length > 0) this.writeIndex("txnindex", encodeAbortedTransactions(this.aborted), paths);
    return paths;
  }

  /** An index without entries that was not there before has nothing to lose: most logs have few records. */
  private writeIndex(kind: SegmentKind, bytes: Buffer, unsynced: string[]): void {
    const path = this.path(kind);
    if (bytes.length > 0 || this.disk.stat(path) !== null) unsynced.push(path);
    this.disk.writeFile(path, bytes);
  }

  /** The indexes, from their files, or from the records when a file is missing or makes no sense. */
  loadIndexes(): Promise<SegmentIndexes> {
    if (this.known !== null) {
      this.noteUse(this.known);
      return Promise.resolve(this.known);
    }
    this.loading ??= this.load().finally(() => (this.loading = null));
    return this.loading;
  }

  private noteUse(indexes: SegmentIndexes): void {
    if (!this.isActive) this.indexCache.use(this, indexes.sizeBytes);
  }

  /** The segment is no longer written. */
  becomeClosed(): void {
    this.isActive = false;
    if (this.known !== null) this.noteUse(this.known);
  }

  private async load(): Promise<SegmentIndexes> {
    const offsets = await this.readWhole("index");
    const times = await this.readWhole("timeindex");
    if (offsets !== null && times !== null && this.areSane(offsets, times)) {
      this.known = new SegmentIndexes(this.baseOffset, { offsets, times });
      this.noteUse(this.known);
      return this.known;
    }
    const rebuilt = await this.rebuildIndexes();
    rebuilt.seal();
    await writeCheckpoint(this.disk, this.path("index"), rebuilt.offsets.bytes());
    await writeCheckpoint(this.disk, this.path("timeindex"), rebuilt.times.bytes());
    this.known ??= rebuilt;
    this.noteUse(this.known);
    return this.known;
  }

  private areSane(offsets: Buffer, times: Buffer): boolean {
    return isSaneOffsetIndex(offsets, this.sizeBytes) && isSaneTimeIndex(times);
  }

  private async rebuildIndexes(): Promise<SegmentIndexes> {
    const indexes = new SegmentIndexes(this.baseOffset);
    await this.scan((bytes, at, position) => {
      indexes.observe(indexedBatch(bytes, at, position), this.indexIntervalBytes);
    });
    return indexes;
  }

  /** Walks the batches, by default all and without looking at checksums; see `scanSegment`. */
  async scan(
    visit: BatchVisitor,
    options: { readonly from?: number; readonly checkFrom?: number; readonly chunkBytes?: number } = {},
  ): Promise<ScanResult> {
    this.log.pin();
    try {
      const range = { position: options.from ?? 0, end: this.sizeBytes, offsetMin: this.baseOffset };
      return await scanSegment(this.log.file(), { checkFrom: Infinity, ...range, ...options }, visit);
    } finally {
      this.log.unpin();
    }
  }

  /** Forgets the indexes of a closed segment, to save memory. */
  unloadIndexes(): void {
    if (this.isActive) return;
    if (this.known !== null) this.youngest = this.known.maxTimestamp;
    this.known = null;
  }

  /** The largest timestamp of a record in the segment; -1 when none has one. */
  async maxTimestamp(): Promise<number> {
    if (this.known !== null) return this.known.maxTimestamp;
    if (this.youngest !== null) return this.youngest;
    const last = await this.readLastTimeEntry();
    if (last === null) return (await this.loadIndexes()).maxTimestamp;
    this.youngest = last;
    return last;
  }

  private async readLastTimeEntry(): Promise<number | null> {
    const status = this.disk.stat(this.path("timeindex"));
    const sizeBytes = status?.sizeBytes ?? 0;
    if (sizeBytes < TIME_ENTRY_BYTES || sizeBytes % TIME_ENTRY_BYTES !== 0) return null;
    const file = this.disk.open(this.path("timeindex"), "read");
    try {
      const entry = Buffer.alloc(TIME_ENTRY_BYTES);
      await file.read(entry, sizeBytes - TIME_ENTRY_BYTES);
      const timestamp = readInt64(entry, 0);
      // Zeros are the rest of a preallocated file; the records have to tell.
      return timestamp > 0 ? timestamp : null;
    } finally {
      file.close();
    }
  }

  private async readWhole(kind: SegmentKind): Promise<Buffer | null> {
    const status = this.disk.stat(this.path(kind));
    if (status === null) return null;
    if (status.sizeBytes <= SMALL_BYTES) return this.disk.readFile(this.path(kind));
    const file = this.disk.open(this.path(kind), "read");
    try {
      const bytes = Buffer.allocUnsafeSlow(status.sizeBytes);
      const got = await file.read(bytes, 0);
      return bytes.subarray(0, got);
    } finally {
      file.close();
    }
  }

  /** The file's own age, for segments whose records have no timestamps. */
  modifiedMs(): number {
    return this.disk.stat(this.log.path)?.modifiedMs ?? 0;
  }

  /** Cuts the file at a batch's begin. The indexes must have been cut or will be replaced. */
  truncate(sizeBytes: number): void {
    if (this.disk.stat(this.log.path) !== null) this.log.file().truncate(sizeBytes);
    this.bytes = sizeBytes;
    if (sizeBytes === 0) this.firstTimestamp = -1;
    if (this.hasUnsynced) return;
    this.hasUnsynced = true;
    this.log.pin();
  }

  /** Makes the segment durable, apart from the group fsync. */
  async sync(): Promise<void> {
    if (this.disk.stat(this.log.path) === null) return;
    this.log.pin();
    try {
      await this.log.file().datasync();
    } finally {
      this.log.unpin();
    }
  }

  /** For good: what still waits to read or sync the file finds it gone. */
  close(): void {
    this.dropUnsynced();
    this.indexCache.forget(this);
    this.log.retire();
  }

  /** Gives the files names under which a restart removes them; their contents stay readable to calls under way. */
  retire(): void {
    this.dropUnsynced();
    this.indexCache.forget(this);
    this.log.retire();
    for (const kind of ["index", "timeindex", "txnindex", "log"] as const) {
      if (this.disk.stat(this.path(kind)) !== null)
        this.disk.rename(this.path(kind), this.path(kind, "deleted"));
    }
  }

  /** Removes what `retire` has left. */
  removeRetired(): void {
    for (const kind of ["index", "timeindex", "txnindex", "log"] as const) {
      this.disk.remove(this.path(kind, "deleted"));
    }
  }

  private dropUnsynced(): void {
    if (this.hasUnsynced) this.log.unpin();
    this.hasUnsynced = false;
  }
}

export function indexedBatch(bytes: Buffer, at: number, position: number): IndexedBatch {
  return {
    position,
    sizeBytes: batchSizeBytes(bytes, at),
    lastOffset: lastOffsetOf(bytes, at),
    // A batch that compaction has emptied has no record which could be found by its time.
    maxTimestamp: recordCountOf(bytes, at) === 0 ? -1 : maxTimestampOf(bytes, at),
  };
}
