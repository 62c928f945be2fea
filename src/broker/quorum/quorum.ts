import { assert } from "../../base/assert.ts";
import { Histogram } from "../../base/histogram.ts";
import { ZERO_UUID } from "../../base/uuid.ts";
import { controlBatch, dataBatch, readBatches, type LogBatch } from "../../core/quorum/log-batches.ts";
import { snapshotBytes, votersOf } from "../../core/quorum/snapshot-bytes.ts";
import { leaderChange, voterRecords, type Voter } from "../../core/quorum/voters.ts";
import type { Env } from "../../ports/env.ts";
import { DecodeError } from "../../wire/kafka/reader.ts";
import { DataDirectoryError } from "../log/storage-error.ts";
import type { QuorumLog } from "./quorum-log.ts";
import { readQuorumState, writeQuorumState } from "./quorum-state-file.ts";
import type { ReplicatedState } from "./replicated-state.ts";
import { SnapshotStore } from "./snapshot-store.ts";

/** Kafka's bound on one batch of the metadata log. */
const BATCH_BYTES_MAX = 8 * 1024 * 1024;
const REPLAY_BYTES = 1024 * 1024;
/** Below this a snapshot is not worth its write. */
const SNAPSHOT_LOG_BYTES_MIN = 1024 * 1024;

export interface QuorumOptions<Item> {
  readonly env: Env;
  readonly log: QuorumLog;
  readonly state: ReplicatedState<Item>;
  /** This node, as it states itself where the log names no voters yet. */
  readonly self: Voter;
  /** Most bytes of log between two snapshots. */
  readonly snapshotLogBytesMax: number;
  /** Removes the log's records below the offset (exclusive), which a snapshot now stands for. */
  readonly deleteRecordsBefore: (offset: number) => Promise<void>;
  /** The log can't be written any more; nothing that was proposed and not committed ever will be. */
  readonly onFailure: (error: Error) => void;
}

interface Proposal<Item> {
  readonly records: readonly Item[];
  readonly lastOffset: number;
  readonly sizeBytes: number;
  readonly proposedMs: number; // Monotonic.
  readonly resolve: (lastOffset: number) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A replicated log with one voter: whatever this node has synced is committed. Others see no more of it than
 * `propose` and the state's `apply`, which stay the same when there are more voters.
 */
export class Quorum<Item> {
  /** From the proposal until it was committed and applied. */
  readonly commitSeconds = new Histogram();
  recordsCommitted = 0;
  lastCommitSeconds = 0;
  private readonly options: QuorumOptions<Item>;
  private readonly snapshots: SnapshotStore;
  private members: readonly Voter[] = [];
  /** Whether the voters stand in the log (kraft.version 1). */
  private isDynamic = false;
  private epoch = -1;
  private committed = 0;
  private proposals: Proposal<Item>[] = [];
  private bytesSinceSnapshot = 0;
  private lastSnapshotBytes = 0;
  private lastTimestamp = 0;
  private snapshotting: Promise<void> | null = null;
  private failure: Error | null = null;

  private constructor(options: QuorumOptions<Item>) {
    this.options = options;
    this.snapshots = new SnapshotStore(options.env, options.log.path);
  }

  /** Replays what is on the disk and takes over leadership; resolves when an entry of the new epoch is committed. */
  static async open<Item>(options: QuorumOptions<Item>): Promise<Quorum<Item>> {
    const quorum = new Quorum(options);
    await quorum.replay().catch((error: unknown) => {
      // An unknown record is refused, not skipped: the state would be another one than its writer had.
      if (!(error instanceof DecodeError)) throw error;
      throw new DataDirectoryError(
        `Cannot read the metadata in "${options.log.path}": ${error.message}`,
        error,
      );
    });
    await quorum.lead();
    return quorum;
  }

  get leaderId(): number {
    return this.options.self.id;
  }

  get leaderEpoch(): number {
    return this.epoch;
  }

  get kraftVersion(): number {
    return this.isDynamic ? 1 : 0;
  }

  get voters(): readonly Voter[] {
    return this.members;
  }

  /** Exclusive: everything below is committed and applied. */
  get highWatermark(): number {
    return this.committed;
  }

  /** Exclusive: the offset that the next proposed record will get. */
  get logEndOffset(): number {
    return this.options.log.logEndOffset;
  }

  /**
   * Appends the records as one batch, which becomes true as a whole or not at all.
   * @returns The last record's offset, once it is committed and applied.
   * @throws StorageError (at once) when the log takes no writes: nothing was proposed. Rejects when the records were
   *   written but can't be synced; whether they survive is then unknown.
   */
  propose(records: readonly Item[]): Promise<number> {
    assert(records.length > 0, "a proposal has records");
    if (this.failure !== null) throw this.failure;
    const values = records.map((record) => this.options.state.encode(record));
    const batch = dataBatch(this.place(), values);
    assert(batch.length <= BATCH_BYTES_MAX, "a proposal fits one batch of the metadata log");
    return this.append(batch, records);
  }

  /** Resolves when all that was proposed so far is committed. */
  settled(): Promise<void> {
    const last = this.proposals.at(-1);
    if (last === undefined) return Promise.resolve();
    return this.options.log.flush();
  }

  /** Writes a snapshot if the log has grown enough to slow the next start down. */
  async close(): Promise<void> {
    await this.settled();
    await this.snapshotting;
    if (this.bytesSinceSnapshot > SNAPSHOT_LOG_BYTES_MIN) await this.takeSnapshot();
  }

  private place(): { baseOffset: number; epoch: number; timestamp: number } {
    const timestamp = this.options.env.clock.now();
    return { baseOffset: this.logEndOffset, epoch: this.epoch, timestamp };
  }

  private append(batch: Buffer, records: readonly Item[]): Promise<number> {
    const { log } = this.options;
    log.append(batch, { leaderEpoch: this.epoch, origin: "raft" });
    this.lastTimestamp = this.options.env.clock.now();
    const lastOffset = log.logEndOffset - 1;
    const proposedMs = this.options.env.clock.monotonic();
    const committed = new Promise<number>((resolve, reject) => {
      this.proposals.push({ records, lastOffset, sizeBytes: batch.length, proposedMs, resolve, reject });
    });
    log.flush().then(
      () => this.commit(),
      (error: Error) => this.fail(error),
    );
    return committed;
  }

  private commit(): void {
    const { log, state } = this.options;
    let done = 0;
    while (done < this.proposals.length && this.proposals[done]!.lastOffset < log.durableEndOffset) done += 1;
    const committed = this.proposals.splice(0, done);
    for (const { records, lastOffset, sizeBytes, proposedMs, resolve } of committed) {
      this.committed = lastOffset + 1;
      this.bytesSinceSnapshot += sizeBytes;
      if (records.length > 0) state.apply(records, lastOffset);
      this.noteCommit(records.length, proposedMs);
      resolve(lastOffset);
    }
    log.advanceHighWatermark(this.committed);
    if (committed.length > 0) this.considerSnapshot();
  }

  private noteCommit(recordCount: number, proposedMs: number): void {
    this.lastCommitSeconds = (this.options.env.clock.monotonic() - proposedMs) / 1000;
    this.commitSeconds.observe(this.lastCommitSeconds);
    this.recordsCommitted += recordCount;
  }

  private fail(error: Error): void {
    if (this.failure !== null) return;
    this.failure = error;
    for (const { reject } of this.proposals.splice(0)) reject(error);
    this.options.onFailure(error);
  }

  /** Enough log that replaying it would take longer than reading the state itself. */
  private considerSnapshot(): void {
    const wanted = Math.max(SNAPSHOT_LOG_BYTES_MIN, 2 * this.lastSnapshotBytes);
    if (this.bytesSinceSnapshot < Math.min(wanted, this.options.snapshotLogBytesMax)) return;
    this.snapshotting ??= this.takeSnapshot()
      .catch((error: unknown) => {
        // The log still has everything; the next commit tries again.
        this.options.env.log.error("Cannot write a metadata snapshot", { reason: String(error) });
      })
      .finally(() => {
        this.snapshotting = null;
      });
  }

  private async takeSnapshot(): Promise<void> {
    const records = this.options.state.snapshot();
    if (records === null) return;
    const id = { endOffset: this.committed, epoch: this.epoch };
    const coveredBytes = this.bytesSinceSnapshot;
    const bytes = snapshotBytes({
      epoch: this.epoch,
      lastContainedTimestamp: this.lastTimestamp,
      timestamp: this.options.env.clock.now(),
      voters: this.isDynamic ? this.members : null,
      values: encoded(records, this.options.state),
    });
    await this.snapshots.write(id, bytes);
    this.bytesSinceSnapshot -= coveredBytes;
    this.lastSnapshotBytes = bytes.length;
    await this.options.deleteRecordsBefore(id.endOffset);
    this.snapshots.removeOlderThan(id);
  }

  private async replay(): Promise<void> {
    const { log, state } = this.options;
    const snapshot = this.snapshots.newest();
    let offset = log.logStartOffset;
    if (snapshot !== null) {
      const { contents, id } = snapshot;
      offset = id.endOffset;
      this.members = contents.voters ?? [];
      this.lastSnapshotBytes = snapshot.sizeBytes;
      this.epoch = id.epoch;
      state.apply(
        contents.values.map((value) => state.decode(value)),
        offset - 1,
      );
    }
    assert(
      offset >= log.logStartOffset && offset <= log.logEndOffset,
      "the log goes on where the snapshot ends",
    );
    while (offset < log.logEndOffset) {
      const range = { offset, maxBytes: REPLAY_BYTES, minOneBatch: true, upperOffset: log.logEndOffset };
      for (const bytes of await log.read(range)) {
        for (const batch of readBatches(bytes)) {
          // The first batch read may begin below the snapshot's end only if it ends there.
          if (batch.lastOffset >= offset) this.replayBatch(batch);
          offset = Math.max(offset, batch.lastOffset + 1);
        }
      }
    }
    this.committed = offset;
  }

  private replayBatch(batch: LogBatch): void {
    const { state } = this.options;
    this.bytesSinceSnapshot += batch.sizeBytes;
    this.epoch = Math.max(this.epoch, batch.epoch);
    this.lastTimestamp = batch.timestamp;
    for (const control of batch.controls)
      if (control.kind === "voters") this.members = votersOf(control.value);
    if (batch.values.length === 0) return;
    state.apply(
      batch.values.map((value) => state.decode(value)),
      batch.lastOffset,
    );
  }

  /** The only voter elects itself: it remembers the new epoch, then writes its first entry. */
  private async lead(): Promise<void> {
    const { env, log, self } = this.options;
    const before = readQuorumState(env.disk, log.path);
    this.epoch = Math.max(before.leaderEpoch, this.epoch, 0) + 1;
    const state = { leaderId: self.id, leaderEpoch: this.epoch, votedId: -1, votedDirectoryId: ZERO_UUID };
    await writeQuorumState(env.disk, log.path, state);
    // A log that began without voters has them in its nodes' configuration (kraft.version 0), and stays so.
    const isNew = log.logEndOffset === 0;
    this.isDynamic = isNew || this.members.length > 0;
    if (isNew || this.members.length === 0) this.members = [self];
    const records = [leaderChange(self.id, this.members), ...(isNew ? voterRecords(this.members) : [])];
    await this.append(controlBatch(this.place(), records), []);
  }
}

function* encoded<Item>(records: Iterable<Item>, state: ReplicatedState<Item>): Iterable<Buffer> {
  for (const record of records) yield state.encode(record);
}
