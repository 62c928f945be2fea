import type { BufferPool } from "../../base/buffer-pool.ts";
import type { Uuid } from "../../base/uuid.ts";
import {
  isDoomedDirectory,
  parsePartitionDirectory,
  partitionDirectoryName,
  retiredDirectoryName,
} from "../../core/log/file-names.ts";
import { LeaderEpochCache } from "../../core/log/leader-epoch-cache.ts";
import type { LogConfig } from "../../core/log/log-config.ts";
import { ProducerState } from "../../core/log/producer-state.ts";
import { decodeCleanShutdown, encodeCleanShutdown } from "../../core/log/properties-format.ts";
import type { DiskLock } from "../../ports/disk.ts";
import type { Env } from "../../ports/env.ts";
import { CHECKPOINT_NAMES, CheckpointFile, type OffsetEntry } from "./checkpoint-file.ts";
import { claimDirectory } from "./claim-directory.ts";
import { LogCounters } from "../counters/log-counters.ts";
import { DirectoryStatus } from "./directory-status.ts";
import { Flusher } from "./flusher.ts";
import type { IndexCache } from "./index-cache.ts";
import { loadLog } from "./load-log.ts";
import { openSegment } from "./loading.ts";
import type { LogContext } from "./log-context.ts";
import type { TailBudget } from "./memory-tail.ts";
import type { ReadAhead } from "./read-ahead.ts";
import type { OpenFiles } from "./open-files.ts";
import { PartitionLog } from "./partition-log.ts";

const CLEAN_SHUTDOWN = ".kafka_cleanshutdown";
/** Ours: exists while a Millrace broker runs, so that after a crash we know whose files these are. */
const SESSION = ".millrace_session";
const PARALLEL_LOADS = 16;

export interface LogDirectoryOptions {
  readonly path: string;
  readonly nodeId: number;
  /** Null: whatever the directory says. */
  readonly clusterId: string | null;
  readonly newClusterId: () => string;
  readonly configFor: (topic: string) => LogConfig;
  readonly files: OpenFiles;
  readonly indexCache: IndexCache;
  readonly tailBudget: TailBudget;
  readonly readPool: BufferPool;
  readonly readAhead: ReadAhead;
  readonly tailBytesMax: number;
  readonly roomBytesMin: number;
  readonly syncLingerMs: number;
}

/** One `log.dirs` entry: its logs, its checkpoints, its group fsync. */
export class LogDirectory {
  readonly path: string;
  readonly clusterId: string;
  readonly directoryId: Uuid;
  readonly context: LogContext;
  readonly status: DirectoryStatus;
  readonly logs = new Map<string, PartitionLog>();
  /** What the last broker's clean stop left as its broker epoch; -1 after a crash. */
  previousBrokerEpoch = -1;
  private readonly cleaned: CheckpointFile;
  private lastCheckpoint: Promise<void> = Promise.resolve();
  private readonly options: LogDirectoryOptions;
  private readonly lock: DiskLock;
  private readonly recoveryPoints: CheckpointFile;
  private readonly highWatermarks: CheckpointFile;
  private readonly logStarts: CheckpointFile;
  /** Exclusive: up to where each log is compacted, by name of its directory. */
  readonly cleanedOffsets = new Map<string, number>();

  private constructor(
    env: Env,
    options: LogDirectoryOptions,
    claim: { readonly lock: DiskLock; readonly clusterId: string; readonly directoryId: Uuid },
  ) {
    this.options = options;
    this.path = options.path;
    this.lock = claim.lock;
    this.clusterId = claim.clusterId;
    this.directoryId = claim.directoryId;
    this.status = new DirectoryStatus(env, options.path, options.roomBytesMin);
    const counters = new LogCounters();
    const flusher = new Flusher({
      counters,
      disk: env.disk,
      clock: env.clock,
      lingerMs: options.syncLingerMs,
      onFailure: (error) => this.status.onSyncFailure(error),
    });
    const { files, indexCache, tailBudget, readPool, readAhead, tailBytesMax } = options;
    this.context = {
      env,
      root: options.path,
      files,
      indexCache,
      flusher,
      tailBudget,
      readPool,
      readAhead,
      tailBytesMax,
      health: this.status,
      counters,
      checkpoint: () => this.checkpoint(),
    };
    const checkpoint = (name: string): CheckpointFile =>
      new CheckpointFile(env.disk, `${options.path}/${name}`);
    this.recoveryPoints = checkpoint(CHECKPOINT_NAMES.recoveryPoints);
    this.highWatermarks = checkpoint(CHECKPOINT_NAMES.highWatermarks);
    this.logStarts = checkpoint(CHECKPOINT_NAMES.logStarts);
    this.cleaned = checkpoint(CHECKPOINT_NAMES.cleaned);
  }

  /** @throws DataDirectoryError when the directory is another broker's or in use. */
  static async open(env: Env, options: LogDirectoryOptions): Promise<LogDirectory> {
    const startedMs = env.clock.monotonic();
    const claim = await claimDirectory(env, options);
    const directory = new LogDirectory(env, options, claim);
    try {
      await directory.load();
      directory.context.counters.loadSeconds = (env.clock.monotonic() - startedMs) / 1000;
    } catch (error) {
      claim.lock.release();
      throw error;
    }
    return directory;
  }

  private async load(): Promise<void> {
    const { env } = this.context;
    const { disk } = env;
    const entries = disk.list(this.path);
    const names = new Set(entries.map((entry) => entry.name));
    const isClean = names.has(CLEAN_SHUTDOWN);
    if (isClean)
      this.previousBrokerEpoch = decodeCleanShutdown(disk.readFile(`${this.path}/${CLEAN_SHUTDOWN}`));
    const toleratesGaps = !names.has(SESSION);
    const offsets = {
      recoveryPoints: this.recoveryPoints.read(env.log),
      highWatermarks: this.highWatermarks.read(env.log),
      logStarts: this.logStarts.read(env.log),
    };
    for (const [name, offset] of this.cleaned.read(env.log)) this.cleanedOffsets.set(name, offset);
    const found = entries.filter((entry) => entry.isDirectory).map((entry) => entry.name);
    for (const name of found) if (isDoomedDirectory(name)) disk.removeDirectory(`${this.path}/${name}`);
    const load = async (name: string): Promise<void> => {
      const parsed = parsePartitionDirectory(name);
      if (parsed === null) return;
      const log = await loadLog(this.context, {
        ...parsed,
        path: `${this.path}/${name}`,
        config: this.options.configFor(parsed.topic),
        isClean,
        toleratesGaps,
        recoveryPoint: offsets.recoveryPoints.get(name) ?? null,
        logStartOffset: offsets.logStarts.get(name) ?? 0,
        highWatermark: offsets.highWatermarks.get(name) ?? 0,
      });
      this.logs.set(name, log);
    };
    const queue = found.values();
    await Promise.all(
      Array.from({ length: PARALLEL_LOADS }, async () => {
        for (const name of queue) await load(name);
      }),
    );
    await this.beginSession(isClean);
  }

  /** From here on a stop without `close` is a crash, also in the eyes of Kafka. */
  private async beginSession(wasClean: boolean): Promise<void> {
    const { disk } = this.context.env;
    if (!wasClean) await this.checkpoint(); // What recovery found is the log now.
    disk.writeFile(`${this.path}/${SESSION}`, Buffer.alloc(0));
    // The name of the session must be on the disk before the marker is gone, or a crash looks like Kafka's.
    await disk.syncDirectory(this.path);
    if (!wasClean) return;
    disk.remove(`${this.path}/${CLEAN_SHUTDOWN}`);
    await disk.syncDirectory(this.path);
  }

  /** Makes an empty log in this directory. Its files are made with the first append. */
  create(topic: string, partition: number, options: { topicId: Uuid; config: LogConfig }): PartitionLog {
    const name = partitionDirectoryName(topic, partition);
    const path = `${this.path}/${name}`;
    this.status.mustTakeWrites();
    const { env, flusher } = this.context;
    const segment = openSegment(this.context, { path, config: options.config }, 0);
    segment.startEmpty(env.clock.now());
    const log = new PartitionLog(this.context, {
      topic,
      partition,
      topicId: null,
      config: options.config,
      path,
      segments: [segment],
      epochs: new LeaderEpochCache(),
      producers: new ProducerState(),
      logStartOffset: 0,
      logEndOffset: 0,
      durableEndOffset: 0,
      highWatermark: 0,
      recoveryPoint: 0,
      isNew: true,
    });
    try {
      env.disk.makeDirectory(path);
      log.sidecars.writeMetadata(options.topicId);
    } catch (error) {
      throw this.status.onWriteFailure(error);
    }
    flusher.noteDirectory(this.path);
    this.logs.set(name, log);
    return log;
  }

  /** Takes the log away under a name that says why; `delete` directories are removed later. */
  retire(log: PartitionLog, as: "delete" | "stray"): string {
    const { env, flusher } = this.context;
    const name = partitionDirectoryName(log.topic, log.partition);
    log.close();
    this.logs.delete(name);
    this.cleanedOffsets.delete(name);
    const retired = `${this.path}/${retiredDirectoryName(name, env.random.bytes(16).toString("hex"), as)}`;
    env.disk.rename(log.path, retired);
    flusher.noteDirectory(this.path);
    return retired;
  }

  /**
   * Writes how far each log is synced, where it starts and what is committed. Before the recovery point of a log
   * moves, everything that a recovery would have rebuilt below it is made durable.
   * @throws StorageError (rejects) when the directory takes no writes.
   */
  checkpoint(): Promise<void> {
    // One after the other: a second one must not trust files that the first is still syncing.
    const turn = this.lastCheckpoint.then(() => this.writeCheckpoints());
    this.lastCheckpoint = turn.catch(() => {}); // Its caller hears of it.
    return turn;
  }

  private async writeCheckpoints(): Promise<void> {
    this.status.mustTakeWrites();
    try {
      const points = new Map<PartitionLog, number>();
      const queue = this.logs.values();
      const syncQueued = async (): Promise<void> => {
        for (const log of queue) {
          const point = log.flushing.syncedEndOffset;
          if (point > log.flushing.recoveryPoint && log.sidecars.isDirty) await syncSidecars(log);
          points.set(log, point);
        }
      };
      // After a crash all of ten thousand logs may have something to sync.
      await Promise.all(Array.from({ length: PARALLEL_LOADS }, syncQueued));
      await this.logStarts.write(() =>
        this.entries((log) => Math.max(log.logStartOffset, log.wantedStart) || null),
      );
      // A log that was cut meanwhile has a lower recovery point, which must win.
      const pointOf = (log: PartitionLog): number =>
        Math.min(points.get(log) ?? log.flushing.recoveryPoint, log.flushing.syncedEndOffset);
      await this.recoveryPoints.write(() => this.entries(pointOf));
      for (const log of points.keys()) log.flushing.onCheckpointed(pointOf(log));
    } catch (error) {
      throw this.status.onWriteFailure(error);
    }
    await this.checkpointHighWatermarks();
  }

  /** A high watermark that is lost is found anew from what the replicas hold. */
  async checkpointHighWatermarks(): Promise<void> {
    this.status.mustTakeWrites();
    try {
      await this.highWatermarks.writeHint(() => this.entries((log) => log.highWatermark));
    } catch (error) {
      throw this.status.onWriteFailure(error);
    }
  }

  /** Writes how far the cleaner has come. @throws StorageError (rejects) */
  async writeCleaned(): Promise<void> {
    try {
      await this.cleaned.write(() =>
        this.entries(
          (log) => this.cleanedOffsets.get(partitionDirectoryName(log.topic, log.partition)) ?? null,
        ),
      );
    } catch (error) {
      throw this.status.onWriteFailure(error);
    }
  }

  private entries(offsetOf: (log: PartitionLog) => number | null): OffsetEntry[] {
    const result: OffsetEntry[] = [];
    for (const log of this.logs.values()) {
      const offset = offsetOf(log);
      if (offset !== null) result.push({ topic: log.topic, partition: log.partition, offset });
    }
    return result;
  }

  /** Leaves the directory so that the next start need not look at the records. */
  async close(brokerEpoch: number): Promise<void> {
    const { env, flusher } = this.context;
    const queue = this.logs.values();
    const isSettled = await this.tryTo("close all logs in order", async () => {
      this.status.mustTakeWrites();
      const settle = async (): Promise<void> => {
        for (const log of queue) await log.settle();
      };
      await Promise.all(Array.from({ length: PARALLEL_LOADS }, settle));
      await this.checkpoint();
    });
    await this.closeLogs();
    if (isSettled && !this.status.isOffline) {
      const { disk } = env;
      disk.writeFile(`${this.path}/${CLEAN_SHUTDOWN}`, encodeCleanShutdown(brokerEpoch));
      await flusher.syncPath(`${this.path}/${CLEAN_SHUTDOWN}`);
      await disk.syncDirectory(this.path);
      disk.remove(`${this.path}/${SESSION}`);
      await disk.syncDirectory(this.path);
    }
    this.letGo();
  }

  /** Leaves the directory as a process does that dies: what is not on the disk yet will not be. */
  async abandon(): Promise<void> {
    await this.closeLogs();
    this.letGo();
  }

  private async closeLogs(): Promise<void> {
    await this.context.flusher.whenIdle();
    for (const log of this.logs.values()) log.close();
  }

  private letGo(): void {
    this.status.close();
    this.lock.release();
  }

  /** Work that goes on without whoever caused it: a failure is the directory's, and the operator's to know. */
  async tryTo(action: string, work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      const failure = this.status.onWriteFailure(error);
      this.context.env.log.error(`Cannot ${action}`, { directory: this.path, error: failure.message });
      return false;
    }
  }
}

async function syncSidecars(log: PartitionLog): Promise<void> {
  try {
    await log.sidecars.sync();
  } catch (error) {
    if (!log.isClosed) throw error; // A deleted log takes its files with it.
  }
}
