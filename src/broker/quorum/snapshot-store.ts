import {
  compareSnapshots,
  parseSnapshotFileName,
  snapshotFileName,
  type SnapshotId,
} from "../../core/quorum/snapshot-id.ts";
import { readSnapshot, type SnapshotContents } from "../../core/quorum/snapshot-bytes.ts";
import { DecodeError } from "../../wire/kafka/reader.ts";
import type { Disk } from "../../ports/disk.ts";
import { writeCheckpoint } from "../log/write-checkpoint.ts";
import type { LogSink } from "../../ports/log-sink.ts";

export interface StoredSnapshot {
  readonly id: SnapshotId;
  readonly contents: SnapshotContents;
  readonly sizeBytes: number;
}

/** What `writeCheckpoint`, and Kafka, leave behind when a write is cut short. */
const DRAFT = /\.checkpoint\.(tmp|part)$/;

/** The snapshot files beside the log. */
export class SnapshotStore {
  private readonly disk: Disk;
  private readonly log: LogSink;
  private readonly directory: string;

  constructor(env: { readonly disk: Disk; readonly log: LogSink }, directory: string) {
    this.disk = env.disk;
    this.log = env.log;
    this.directory = directory;
  }

  /** The newest whole snapshot; null when there is none. Drafts of a write that was cut short are removed. */
  newest(): StoredSnapshot | null {
    for (const id of this.ids().toReversed()) {
      const path = this.pathOf(id);
      const bytes = this.disk.readFile(path);
      try {
        return { id, contents: readSnapshot(bytes), sizeBytes: bytes.length };
      } catch (error) {
        // A snapshot is renamed into place only when whole, so this is a damaged disk; an older one may do.
        if (!(error instanceof DecodeError)) throw error;
        this.log.error("Skipping a damaged metadata snapshot", { path, reason: error.message });
      }
    }
    return null;
  }

  /** Writes a snapshot that is there whole or not at all, also after a power cut. */
  write(id: SnapshotId, bytes: Buffer): Promise<void> {
    return writeCheckpoint(this.disk, this.pathOf(id), bytes);
  }

  removeOlderThan(id: SnapshotId): void {
    for (const other of this.ids()) {
      if (compareSnapshots(other, id) < 0) this.disk.remove(this.pathOf(other));
    }
  }

  /** Ascending. */
  private ids(): SnapshotId[] {
    const names = this.disk.list(this.directory).map((entry) => entry.name);
    for (const name of names) if (DRAFT.test(name)) this.disk.remove(`${this.directory}/${name}`);
    return names
      .map(parseSnapshotFileName)
      .filter((id) => id !== null)
      .sort(compareSnapshots);
  }

  private pathOf(id: SnapshotId): string {
    return `${this.directory}/${snapshotFileName(id)}`;
  }
}
