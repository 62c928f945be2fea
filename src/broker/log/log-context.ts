import type { Env } from "../../ports/env.ts";
import type { Flusher } from "./flusher.ts";
import type { IndexCache } from "./index-cache.ts";
import type { BufferPool } from "../../base/buffer-pool.ts";
import type { LogCounters } from "../counters/log-counters.ts";
import type { TailBudget } from "./memory-tail.ts";
import type { OpenFiles } from "./open-files.ts";
import type { ReadAhead } from "./read-ahead.ts";

/** What the logs of one directory share. */
export interface LogContext {
  readonly env: Env;
  /** The log directory (`log.dirs` entry), not the partition's own. */
  readonly root: string;
  readonly files: OpenFiles;
  readonly indexCache: IndexCache;
  readonly flusher: Flusher;
  readonly tailBudget: TailBudget;
  /** Memory for what is read from the disk. */
  readonly readPool: BufferPool;
  readonly readAhead: ReadAhead;
  /** Bound of one log's memory tail. */
  readonly tailBytesMax: number;
  readonly health: DirectoryHealth;
  readonly counters: LogCounters;
  /** Writes the directory's checkpoints, durably. @throws StorageError (rejects) */
  checkpoint(): Promise<void>;
}

/** Whether a log directory takes writes. */
export interface DirectoryHealth {
  /** The directory is lost until a restart: a sync or a write has failed, and not for want of room. */
  readonly isOffline: boolean;
  /** @throws StorageError when the directory is offline or full. */
  mustTakeWrites(): void;
  /** A write has failed: notes it and returns what to throw. */
  onWriteFailure(error: unknown): Error;
}
