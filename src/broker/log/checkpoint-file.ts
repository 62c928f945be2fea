import { decodeOffsetCheckpoint, encodeOffsetCheckpoint } from "../../core/log/checkpoint-format.ts";
import type { LogSink } from "../../ports/log-sink.ts";
import type { Disk } from "../../ports/disk.ts";
import { writeCheckpoint } from "./write-checkpoint.ts";

export interface OffsetEntry {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

export const CHECKPOINT_NAMES = {
  recoveryPoints: "recovery-point-offset-checkpoint",
  highWatermarks: "replication-offset-checkpoint",
  logStarts: "log-start-offset-checkpoint",
  cleaned: "cleaner-offset-checkpoint",
} as const;

/** One `*-offset-checkpoint` file of a log directory: an offset for each of its logs. */
export class CheckpointFile {
  private readonly disk: Disk;
  private readonly path: string;
  private written: Buffer | null = null;
  /** Writes happen one after the other: two would take the same draft file. */
  private last: Promise<void> = Promise.resolve();

  constructor(disk: Disk, path: string) {
    this.disk = disk;
    this.path = path;
  }

  /** By directory name of the partition. A damaged file counts as missing. */
  read(sink: LogSink): Map<string, number> {
    const offsets = new Map<string, number>();
    if (this.disk.stat(this.path) === null) return offsets;
    const bytes = this.disk.readFile(this.path);
    if (bytes.length === 0) return offsets; // Kafka makes the file before it has anything to say.
    const entries = decodeOffsetCheckpoint(bytes);
    if (entries === null) {
      sink.warn("A checkpoint file is damaged and counts as missing", { path: this.path });
      return offsets;
    }
    this.written = bytes;
    for (const { topic, partition, offset } of entries) offsets.set(`${topic}-${partition}`, offset);
    return offsets;
  }

  /** Replaces the file, durably, unless it says the same already. */
  write(entries: () => readonly OffsetEntry[]): Promise<void> {
    return this.inTurn(entries, (bytes) => writeCheckpoint(this.disk, this.path, bytes));
  }

  /**
   * Replaces the file without a sync, for what may be lost in a power cut: a damaged file counts as missing.
   * Syncs of a file system wait for each other, so one here would hold up the acknowledgements.
   */
  writeHint(entries: () => readonly OffsetEntry[]): Promise<void> {
    return this.inTurn(entries, (bytes) => {
      const draft = `${this.path}.tmp`;
      this.disk.writeFile(draft, bytes);
      this.disk.rename(draft, this.path);
    });
  }

  private inTurn(
    entries: () => readonly OffsetEntry[],
    replace: (bytes: Buffer) => void | Promise<void>,
  ): Promise<void> {
    const turn = this.last.then(async () => {
      const bytes = encodeOffsetCheckpoint(entries());
      if (this.written?.equals(bytes)) return;
      await replace(bytes);
      this.written = bytes;
    });
    this.last = turn.catch(() => {}); // Its caller hears of it; the next write is none the worse.
    return turn;
  }
}
