import { segmentFileName, type SegmentKind } from "../../core/log/file-names.ts";
import { SegmentIndexes } from "../../core/log/segment-indexes.ts";
import { encodeAbortedTransactions, type AbortedTransaction } from "../../core/log/transaction-index.ts";
import { lastOffsetOf } from "../../wire/kafka/record-batch.ts";
import type { DiskFile } from "../../ports/disk.ts";
import type { PartitionLog } from "./partition-log.ts";
import { indexedBatch, type Segment } from "./segment.ts";

/** In the order in which they move in: a restart takes the swap for decided once the log itself is there. */
const KINDS: readonly SegmentKind[] = ["index", "timeindex", "txnindex", "log"];

/**
 * The segment that compaction writes in place of some others. It grows as `.cleaned` files, which a restart
 * throws away; `replace` makes them `.swap` files, which a restart moves in, and moves them in.
 */
export class CleanedSegment {
  readonly aborted: AbortedTransaction[] = [];
  private readonly log: PartitionLog;
  private readonly baseOffset: number;
  private readonly indexes: SegmentIndexes;
  private readonly file: DiskFile;
  sizeBytes = 0;
  private nextOffset = 0;

  constructor(log: PartitionLog, baseOffset: number) {
    this.log = log;
    this.baseOffset = baseOffset;
    this.indexes = new SegmentIndexes(baseOffset);
    const { disk } = log.context.env;
    for (const kind of KINDS) disk.remove(this.path(kind, "cleaned"));
    this.file = disk.open(this.path("log", "cleaned"), "create");
  }

  private path(kind: SegmentKind, stage: "cleaned" | "swap" | null): string {
    return `${this.log.path}/${segmentFileName(this.baseOffset, kind, stage)}`;
  }

  /** `batch` is one whole batch. It is written before this returns. */
  append(batch: Buffer): void {
    this.file.write([batch], this.sizeBytes);
    this.indexes.observe(indexedBatch(batch, 0, this.sizeBytes), this.log.config.indexIntervalBytes);
    this.sizeBytes += batch.length;
    this.nextOffset = lastOffsetOf(batch, 0) + 1;
  }

  /** Throws the files away. */
  discard(): void {
    this.file.close();
    for (const kind of KINDS) this.log.context.env.disk.remove(this.path(kind, "cleaned"));
  }

  /**
   * Takes the place of `replaced`, whose files then wait as `.deleted`.
   * @throws DiskError
   */
  async replace(replaced: readonly Segment[]): Promise<void> {
    const { disk } = this.log.context.env;
    await this.settle();
    for (const kind of KINDS) this.rename(kind, "cleaned", "swap");
    await disk.syncDirectory(this.log.path);
    if (this.mustStop) return; // The next start finishes it, if the log is still there.
    // Nothing waits until the list has changed: whoever reads sees either the old segments or the new one.
    for (const segment of replaced) segment.retire();
    const segment = this.log.sidecars.newSegment(this.baseOffset);
    segment.adopt(this.sizeBytes, this.indexes);
    segment.aborted = this.aborted;
    segment.log.moveTo(this.path("log", "swap"));
    this.log.segments.replace(replaced, [segment]);
    this.log.changes.note();
    // Aborted records that are gone from the disk are gone from the transaction index too, so memory must not show them.
    this.log.tail.forgetBelow(this.nextOffset);
    this.log.sidecars.trimSnapshots();
    // The old names must be gone for sure before the new one is: or a power cut could bring an old segment back
    // that overlaps the new one.
    await disk.syncDirectory(this.log.path);
    if (this.mustStop) return;
    segment.becomeClosed();
    for (const kind of KINDS) this.rename(kind, "swap", null);
    segment.log.moveTo(this.path("log", null));
    await disk.syncDirectory(this.log.path);
  }

  /** After a failed sync nobody knows which names the disk has, so no more are changed: the swap files are sure. */
  private get mustStop(): boolean {
    return this.log.isClosed || this.log.isOffline;
  }

  private async settle(): Promise<void> {
    const { env, flusher } = this.log.context;
    await this.file.datasync();
    this.file.close();
    this.indexes.seal();
    env.disk.writeFile(this.path("index", "cleaned"), this.indexes.offsets.bytes());
    env.disk.writeFile(this.path("timeindex", "cleaned"), this.indexes.times.bytes());
    if (this.aborted.length > 0) {
      env.disk.writeFile(this.path("txnindex", "cleaned"), encodeAbortedTransactions(this.aborted));
    }
    for (const kind of KINDS) if (kind !== "log") await flusher.syncPath(this.path(kind, "cleaned"));
  }

  private rename(kind: SegmentKind, from: "cleaned" | "swap", to: "swap" | null): void {
    const { disk } = this.log.context.env;
    if (disk.stat(this.path(kind, from)) !== null) disk.rename(this.path(kind, from), this.path(kind, to));
  }
}
