import { BufferPool } from "../../base/buffer-pool.ts";
import { METADATA_TOPIC_ID, randomUuid, type Uuid } from "../../base/uuid.ts";
import type { LogConfig } from "../../core/log/log-config.ts";
import { partitionDirectoryName } from "../../core/log/file-names.ts";
import type { Timer } from "../../ports/clock.ts";
import type { Env } from "../../ports/env.ts";
import { cleanDirectory } from "./cleaner.ts";
import { IndexCache } from "./index-cache.ts";
import { LogDirectory } from "./log-directory.ts";
import { defaultLimits, type LogStoreLimits } from "./store-limits.ts";
import { TailBudget } from "./memory-tail.ts";
import { OpenFiles } from "./open-files.ts";
import type { PartitionLog } from "./partition-log.ts";
import { ReadAhead } from "./read-ahead.ts";
import { hasNothingToDelete, retainLog } from "./retain-log.ts";
import { DataDirectoryError } from "./storage-error.ts";

export interface LogStoreOptions {
  /** Paths of the log directories; made when missing. */
  readonly directories: readonly string[];
  readonly nodeId: number;
  /** Null: what the directories say, or a new one. */
  readonly clusterId: string | null;
  /** For logs that are found before their topic's configuration is known; see `PartitionLog.updateConfig`. */
  readonly configFor: (topic: string) => LogConfig;
  readonly limits?: Partial<LogStoreLimits>;
}

/** All logs of a broker, over all its log directories. */
export class LogStore {
  readonly directories: readonly LogDirectory[];
  readonly clusterId: string;
  /** Memory for requests; a log keeps that of a large batch. */
  readonly framePool: BufferPool;
  private readonly readPool: BufferPool;
  private readonly tailBudget: TailBudget;
  private readonly env: Env;
  private readonly limits: LogStoreLimits;
  private readonly timers = new Map<string | symbol, Timer>();
  /** Rounds of background work that are under way. */
  private readonly rounds = new Set<Promise<void>>();
  private isClosed = false;

  private constructor(
    env: Env,
    directories: readonly LogDirectory[],
    options: {
      readonly limits: LogStoreLimits;
      readonly readPool: BufferPool;
      readonly framePool: BufferPool;
      readonly tailBudget: TailBudget;
    },
  ) {
    const { limits, readPool, framePool, tailBudget } = options;
    this.env = env;
    this.readPool = readPool;
    this.framePool = framePool;
    this.tailBudget = tailBudget;
    this.directories = directories;
    this.clusterId = directories[0]!.clusterId;
    this.limits = limits;
  }

  /**
   * Opens every log that the directories hold; recovers them when the last stop was a crash.
   * @throws DataDirectoryError when a directory is in use, or another broker's.
   */
  static async open(env: Env, options: LogStoreOptions): Promise<LogStore> {
    const limits = { ...defaultLimits, ...options.limits };
    const files = new OpenFiles(env.disk, limits.openFilesMax);
    const indexCache = new IndexCache(limits.indexCacheBytes);
    const framePool = new BufferPool(limits.framePoolBytes);
    const tailBudget = new TailBudget(limits.tailBytesTotal, framePool);
    const readPool = new BufferPool(limits.readPoolBytes);
    const readAhead = new ReadAhead({ clock: env.clock, pool: readPool, bytesMax: limits.readAheadBytes });
    const directories: LogDirectory[] = [];
    let { clusterId } = options;
    for (const path of options.directories) {
      const directory = await LogDirectory.open(env, {
        path,
        nodeId: options.nodeId,
        clusterId,
        newClusterId: () => randomUuid((count) => env.random.bytes(count)),
        configFor: options.configFor,
        files,
        indexCache,
        tailBudget,
        readPool,
        readAhead,
        tailBytesMax: limits.tailBytesPerLog,
        syncLingerMs: limits.syncLingerMs,
        roomBytesMin: limits.roomBytesMin,
      });
      clusterId = directory.clusterId; // All directories belong to one cluster.
      directories.push(directory);
    }
    if (directories.length === 0) throw new DataDirectoryError("A broker needs at least one log directory");
    const store = new LogStore(env, directories, { limits, readPool, framePool, tailBudget });
    store.start();
    return store;
  }

  /**
   * Nobody refers to this piece of what `PartitionLog.read` gave any more, so its memory may be used again. Once
   * for each piece at most; what is never given back is the garbage collector's.
   */
  giveBack(piece: Buffer): void {
    this.readPool.give(piece);
    this.tailBudget.takeBack(piece);
  }

  private start(): void {
    const { limits } = this;
    this.every(limits.checkpointMs, "write the checkpoints", (directory) => directory.checkpoint());
    this.every(limits.highWatermarkCheckpointMs, "write the high watermarks", (directory) =>
      directory.checkpointHighWatermarks(),
    );
    this.every(limits.retentionCheckMs, "delete old segments", (directory) => this.retain(directory));
    this.every(limits.cleanerBackoffMs, "compact logs", (directory) => this.clean(directory));
  }

  /** Does the work for all directories that take writes, then waits; so two rounds never overlap. */
  private every(periodMs: number, action: string, work: (directory: LogDirectory) => Promise<void>): void {
    if (this.isClosed || !Number.isFinite(periodMs)) return;
    const runRound = async (): Promise<void> => {
      for (const directory of this.directories) {
        const { status } = directory;
        if (this.isClosed || status.isOffline || status.isFull) continue;
        await directory.tryTo(action, () => work(directory));
      }
    };
    const start = (): void => {
      const round = runRound().finally(() => {
        this.rounds.delete(round);
        this.every(periodMs, action, work);
      });
      this.rounds.add(round);
    };
    this.timers.set(action, this.env.clock.schedule(periodMs, start));
  }

  /** Deletes what the topics need not keep; runs by itself, every `retentionCheckMs`. */
  async retain(directory: LogDirectory): Promise<void> {
    const host = {
      checkpoint: () => directory.checkpoint(),
      removeLater: (delayMs: number, remove: () => void) => this.later(delayMs, remove),
    };
    const nowMs = this.env.clock.now();
    for (const log of directory.logs.values()) {
      if (this.isClosed) return;
      log.producers.expire(nowMs, this.limits.producerIdExpirationMs);
      if (hasNothingToDelete(log)) continue;
      try {
        await log.changes.exclusively(() => retainLog(log, host));
      } catch (error) {
        if (!log.isClosed) throw error; // A deleted log takes its retention with it.
      }
    }
  }

  /** Compacts what is dirty enough; runs by itself, every `cleanerBackoffMs`. */
  async clean(directory: LogDirectory): Promise<void> {
    await cleanDirectory(directory, {
      keyBytesMax: this.limits.cleanerKeyBytesMax,
      isStopped: () => this.isClosed,
      removeLater: (delayMs, remove) => this.later(delayMs, remove),
    });
  }

  /** Runs `work` later; never once the store is closed. */
  private later(delayMs: number, work: () => void): void {
    const name = Symbol("later");
    const timer = this.env.clock.schedule(delayMs, () => {
      this.timers.delete(name);
      try {
        work();
      } catch (error) {
        // What could not be removed is removed at the next start.
        this.env.log.warn("Cannot remove files", { error: String(error) });
      }
    });
    this.timers.set(name, timer);
  }

  get(topic: string, partition: number): PartitionLog | undefined {
    const name = partitionDirectoryName(topic, partition);
    for (const directory of this.directories) {
      const log = directory.logs.get(name);
      if (log !== undefined) return log;
    }
    return undefined;
  }

  *logs(): IterableIterator<PartitionLog> {
    for (const directory of this.directories) yield* directory.logs.values();
  }

  /** The directory that holds the log. */
  directoryOf(log: PartitionLog): LogDirectory {
    return this.directories.find((directory) => directory.path === log.context.root)!;
  }

  /**
   * Makes a log, or returns the one that is there, with this configuration. One of the same name that belongs
   * to another topic id is what is left of a deleted topic: it goes. One that lost its id in a power cut may be of
   * either, and nothing in it was acknowledged, since the id is synced with the first records: it is set aside.
   * @throws StorageError when no directory takes writes.
   */
  create(options: {
    readonly topic: string;
    readonly topicId: Uuid;
    readonly partition: number;
    readonly config: LogConfig;
  }): PartitionLog {
    const { topic, topicId, partition, config } = options;
    const known = this.get(topic, partition);
    const isUnmarked = known?.topicId === null && (known.logEndOffset === 0 || topicId === METADATA_TOPIC_ID);
    if (known !== undefined && (isUnmarked || known.topicId === topicId)) {
      if (isUnmarked) known.sidecars.writeMetadata(topicId);
      known.updateConfig(config);
      return known;
    }
    if (known?.topicId === null) this.setAside(topic, partition);
    else if (known !== undefined) this.delete(topic, partition);
    return this.roomiest().create(topic, partition, { topicId, config });
  }

  /** The directory with the fewest logs among those that take writes. */
  private roomiest(): LogDirectory {
    const usable = this.directories.filter(({ status }) => !status.isOffline && !status.isFull);
    const candidates = usable.length > 0 ? usable : this.directories;
    return candidates.reduce((best, next) => (next.logs.size < best.logs.size ? next : best));
  }

  /** Deletes a log. Its files go after `file.delete.delay.ms`, or at the next start. */
  delete(topic: string, partition: number): void {
    const log = this.get(topic, partition);
    if (log === undefined) return;
    const retired = this.directoryOf(log).retire(log, "delete");
    this.later(log.config.fileDeleteDelayMs, () => this.env.disk.removeDirectory(retired));
  }

  /** Sets a log aside that the cluster does not know; its records stay on the disk under another name. */
  setAside(topic: string, partition: number): void {
    const log = this.get(topic, partition);
    if (log !== undefined) this.directoryOf(log).retire(log, "stray");
  }

  /** Stops in order: everything is synced and marked, so that the next start looks at no records. */
  async close(options: { readonly brokerEpoch?: number } = {}): Promise<void> {
    if (this.isClosed) return;
    await this.endRounds();
    await Promise.all(this.directories.map((directory) => directory.close(options.brokerEpoch ?? -1)));
  }

  /** Lets go of everything and leaves the disk as it is, as a process does that dies. */
  async abandon(): Promise<void> {
    if (this.isClosed) return;
    await this.endRounds();
    await Promise.all(this.directories.map((directory) => directory.abandon()));
  }

  private async endRounds(): Promise<void> {
    this.isClosed = true;
    for (const timer of this.timers.values()) timer.cancel();
    this.timers.clear();
    await Promise.all(this.rounds);
  }
}
