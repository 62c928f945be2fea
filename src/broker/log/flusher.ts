import type { Clock, Timer } from "../../ports/clock.ts";
import { DiskError, type Disk } from "../../ports/disk.ts";
import type { LogCounters } from "../counters/log-counters.ts";
import type { FileHandle } from "./open-files.ts";

/** What one log wants synced. The files are pinned; the flusher unpins them. */
export interface SyncWork {
  readonly files: readonly FileHandle[];
  /** What the files hold that was not synced before. */
  readonly sizeBytes: number;
  /** Where its names stand: synced first, if they are known to have changed. */
  readonly directories: readonly string[];
  /** Small files that are closed again, such as `partition.metadata`. */
  readonly paths: readonly string[];
}

export interface Syncable {
  /** Notes how far the log reaches and gives away what is dirty. */
  beginSync(): SyncWork;
  /** All that `beginSync` gave away is durable. */
  completeSync(): void;
  /** The directory has failed: nothing more will become durable. */
  abandonSync(error: unknown): void;
}

export interface FlusherOptions {
  readonly disk: Disk;
  readonly clock: Clock;
  readonly counters: LogCounters;
  /** Milliseconds that a log which nobody waits for may wait for its round; 0: none waits. */
  readonly lingerMs: number;
  /** Called once, when a sync has failed. Whatever was not synced by then counts as lost. */
  readonly onFailure: (error: unknown) => void;
}

/** The pool of threads that waits for the device is shared with cold reads, so syncs must not take all of it. */
const PARALLEL_SYNCS = 8;

/**
 * Makes what was appended durable, for all logs of one directory together (group fsync).
 *
 * One round is in flight at a time. What is asked for while it runs goes into the next, so a slow disk makes
 * rounds larger, not more. Names of new files are synced in the same round: data in a file that a power cut
 * can make nameless are not durable.
 *
 * A log that nobody waits for lingers: it goes with the next round that is begun for another, or by itself once
 * its time is up.
 */
export class Flusher {
  private readonly disk: Disk;
  private readonly clock: Clock;
  private readonly counters: LogCounters;
  private readonly lingerMs: number;
  private readonly onFailure: (error: unknown) => void;
  private waiting = new Set<Syncable>();
  private directories = new Set<string>();
  private isRunning = false;
  private isUrgent = false;
  private lingering: Timer | null = null;
  private failure: unknown = null;
  private idleListeners: (() => void)[] = [];

  constructor(options: FlusherOptions) {
    this.disk = options.disk;
    this.clock = options.clock;
    this.counters = options.counters;
    this.lingerMs = options.lingerMs;
    this.onFailure = options.onFailure;
  }

  /** Joins the log to the next round, which is begun as soon as may be. Cheap to call with each append. */
  request(log: Syncable): void {
    if (this.failure !== null) return;
    this.waiting.add(log);
    this.isUrgent = true;
    this.start();
  }

  /** Joins the log to the next round, whenever that is: nobody waits for it. */
  requestLater(log: Syncable): void {
    if (this.lingerMs === 0) return this.request(log);
    if (this.failure !== null) return;
    this.waiting.add(log);
    if (!this.isRunning) this.linger();
  }

  private linger(): void {
    this.lingering ??= this.clock.schedule(this.lingerMs, () => {
      this.lingering = null;
      this.isUrgent = true;
      this.start();
    });
  }

  private start(): void {
    if (this.isRunning) return;
    this.isRunning = true;
    this.lingering?.cancel();
    this.lingering = null;
    // Everything that this turn still appends joins the round.
    this.clock.defer(() => void this.run());
  }

  /** The directory has new, renamed or removed names; the next round of a log that lies there makes them durable. */
  noteDirectory(path: string): void {
    this.directories.add(path);
  }

  /** Resolves when no round is in flight. What lingers is not waited for. */
  whenIdle(): Promise<void> {
    if (!this.isRunning) return Promise.resolve();
    return new Promise((resolve) => this.idleListeners.push(resolve));
  }

  private async run(): Promise<void> {
    while (this.isUrgent && this.failure === null) await this.round();
    this.isRunning = false;
    if (this.waiting.size > 0) this.linger();
    const listeners = this.idleListeners;
    this.idleListeners = [];
    for (const resolve of listeners) resolve();
  }

  private async round(): Promise<void> {
    const logs = [...this.waiting];
    this.waiting.clear();
    this.isUrgent = false;
    const begun = logs.map((log) => ({ log, work: log.beginSync() }));
    // Only those that the round needs: a thousand new partitions must not hold up the one that is written to.
    const directories = begun
      .flatMap(({ work }) => work.directories)
      .filter((path) => this.directories.delete(path));
    try {
      // Names and contents go to the device together; a log counts as synced when both are there.
      const named = inParallel(directories.map((path) => () => this.syncDirectory(path)));
      const contents = inParallel(
        begun.map(({ log, work }) => async () => {
          for (const path of work.paths) await this.syncPath(path);
          for (const file of work.files) await this.syncFile(file);
          await named;
          this.counters.syncedBytes += work.sizeBytes;
          log.completeSync();
        }),
      );
      await Promise.all([named, contents]);
    } catch (error) {
      if (!(error instanceof DiskError)) throw error; // A bug of a listener is not the disk's fault.
      this.fail(error, logs);
    } finally {
      for (const { work } of begun) for (const file of work.files) file.unpin();
    }
  }

  private async syncFile(handle: FileHandle): Promise<void> {
    if (handle.isRetired) return;
    const startedMs = this.clock.monotonic();
    try {
      await handle.file().datasync();
    } catch (error) {
      if (!handle.isRetired) throw error; // A file that was deleted meanwhile needs no sync.
    }
    this.counters.syncSeconds.observe((this.clock.monotonic() - startedMs) / 1000);
  }

  private async syncDirectory(path: string): Promise<void> {
    try {
      await this.disk.syncDirectory(path);
    } catch (error) {
      // A log was deleted meanwhile: what its directory held needs no names any more.
      if (!(error instanceof DiskError) || error.code !== "ENOENT") throw error;
    }
  }

  /** Makes one small file durable. */
  async syncPath(path: string): Promise<void> {
    if (this.disk.stat(path) === null) return;
    const file = this.disk.open(path, "write");
    try {
      await file.datasync();
    } finally {
      file.close();
    }
  }

  private fail(error: unknown, logs: readonly Syncable[]): void {
    this.failure = error;
    this.onFailure(error);
    for (const log of [...logs, ...this.waiting]) log.abandonSync(error);
    this.waiting.clear();
  }
}

async function inParallel(tasks: readonly (() => Promise<void>)[]): Promise<void> {
  if (tasks.length === 1) return tasks[0]!();
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < tasks.length) {
      const task = tasks[next]!;
      next += 1;
      await task();
    }
  };
  await Promise.all(Array.from({ length: Math.min(PARALLEL_SYNCS, tasks.length) }, worker));
}
