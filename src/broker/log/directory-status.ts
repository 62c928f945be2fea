import type { Env } from "../../ports/env.ts";
import { DiskError } from "../../ports/disk.ts";
import type { Timer } from "../../ports/clock.ts";
import type { DirectoryHealth } from "./log-context.ts";
import { StorageError } from "./storage-error.ts";

const PROBE_MS = 1_000;
const NO_ROOM = new Set(["ENOSPC", "EDQUOT"]);

/**
 * Whether a log directory takes writes. A full disk is a state that passes: appends are refused, reads go on,
 * and a probe opens the directory again once there is room. Everything else lasts until a restart, because
 * after a failed write or sync nobody knows what the disk holds.
 */
export class DirectoryStatus implements DirectoryHealth {
  private readonly env: Env;
  private readonly root: string;
  private readonly roomBytesMin: number;
  private state: "online" | "full" | "offline" = "online";
  private cause: unknown = null;
  private probe: Timer | null = null;

  constructor(env: Env, root: string, roomBytesMin: number) {
    this.env = env;
    this.root = root;
    this.roomBytesMin = roomBytesMin;
  }

  get isOffline(): boolean {
    return this.state === "offline";
  }

  get isFull(): boolean {
    return this.state === "full";
  }

  mustTakeWrites(): void {
    if (this.state !== "online") throw this.error();
  }

  onWriteFailure(error: unknown): Error {
    if (error instanceof StorageError) return error;
    if (!(error instanceof DiskError)) throw error; // A bug of ours, not a state of the disk.
    if (NO_ROOM.has(error.code)) this.setFull(error);
    else this.setOffline(error);
    return this.error();
  }

  /** Called by the flusher. What was not synced may be gone, so even a lack of room is final here. */
  onSyncFailure(error: unknown): void {
    this.setOffline(error);
  }

  close(): void {
    this.probe?.cancel();
    this.probe = null;
  }

  private setFull(error: DiskError): void {
    if (this.state !== "online") return;
    this.state = "full";
    this.cause = error;
    this.env.log.error(`Log directory "${this.root}" is full: it takes no writes until there is room`, {
      error: error.message,
    });
    this.probe = this.env.clock.schedule(PROBE_MS, () => this.look());
  }

  private setOffline(error: unknown): void {
    if (this.state === "offline") return;
    this.state = "offline";
    this.cause = error;
    this.close();
    this.env.log.error(`Log directory "${this.root}" is offline until a restart: the disk has failed`, {
      error: error instanceof Error ? error.message : error,
    });
  }

  private look(): void {
    if (this.env.disk.freeBytes(this.root) < this.roomBytesMin) {
      this.probe = this.env.clock.schedule(PROBE_MS, () => this.look());
      return;
    }
    this.probe = null;
    this.state = "online";
    this.cause = null;
    this.env.log.info(`Log directory "${this.root}" has room again and takes writes`);
  }

  private error(): StorageError {
    const isFull = this.state === "full";
    const state = isFull ? "full" : "offline";
    const message = `Log directory "${this.root}" is ${state}`;
    return new StorageError(message, { directory: this.root, isFull, cause: this.cause });
  }
}
