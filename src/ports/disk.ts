/**
 * The file system, as a log needs it.
 *
 * Appends to the page cache are cheap, so they are synchronous and ordered; what waits for the device
 * (`datasync`, `syncDirectory`, `read` of cold data) is asynchronous. After a power cut only this is sure:
 * file contents up to the last successful `datasync`, and names (creates, renames, removes) up to the last
 * successful `syncDirectory` of the directory that holds them.
 *
 * Every method throws (or rejects with) `DiskError` when the system refuses.
 */
export interface Disk {
  open(path: string, mode: OpenMode): DiskFile;
  /** Names in a directory with their kind, in no order. Throws `ENOENT` when it is missing. */
  list(directory: string): DirectoryEntry[];
  /** Null when nothing is there. */
  stat(path: string): FileStatus | null;
  /** Creates the directory and its missing parents; an existing one is fine. */
  makeDirectory(path: string): void;
  /** Atomic, replaces the target. Durable after `syncDirectory` of the target's directory. */
  rename(from: string, to: string): void;
  /** Removes a file; a missing one is fine. */
  remove(path: string): void;
  /** Removes a directory with all that is in it; a missing one is fine. */
  removeDirectory(path: string): void;
  /** A whole small file (checkpoints, properties). */
  readFile(path: string): Buffer;
  /** Creates or replaces a whole small file in the page cache; not atomic. See `broker/log/write-checkpoint`. */
  writeFile(path: string, bytes: Buffer): void;
  syncDirectory(path: string): Promise<void>;
  /** Takes the lock file for this process, so that two brokers never share a directory. `EWOULDBLOCK` when taken. */
  lock(path: string): DiskLock;
  /** Bytes that can still be written on the device of this path. */
  freeBytes(path: string): number;
  /** Bytes that the device of this path has in all. */
  totalBytes(path: string): number;
}

/**
 * - `read`: must exist, is never written.
 * - `write`: must exist, read and written.
 * - `create`: made when missing, read and written, contents kept.
 */
export type OpenMode = "read" | "write" | "create";

export interface DirectoryEntry {
  readonly name: string;
  readonly isDirectory: boolean;
}

export interface FileStatus {
  readonly isDirectory: boolean;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}

export interface DiskLock {
  release(): void;
}

export interface DiskFile {
  readonly path: string;
  /** Size in bytes. */
  size(): number;
  /** Writes all buffers, one behind the other, from `position`; into the page cache. Whole or an error. */
  write(buffers: readonly Buffer[], position: number): void;
  /** Fills as much of `target` as the file has from `position`; returns the bytes read. Blocks: not for cold bulk data. */
  readSync(target: Buffer, position: number): number;
  /** The same off the event loop. */
  read(target: Buffer, position: number): Promise<number>;
  truncate(sizeBytes: number): void;
  /** Makes contents and size durable. After a failure the un-synced bytes count as lost: never retry as if fine. */
  datasync(): Promise<void>;
  /** The same, blocking; for start-up, shutdown and small checkpoints. */
  datasyncSync(): void;
  /** Closing twice is fine. Waits for nothing and syncs nothing. */
  close(): void;
}

/** A failure of the disk, naming the action and the object. `code` is the system's (`ENOSPC`, `EIO`, `ENOENT` …). */
export class DiskError extends Error {
  readonly code: string;
  readonly path: string;

  constructor(action: string, path: string, code: string, cause?: unknown) {
    super(`Cannot ${action} "${path}": ${code}`, { cause });
    this.name = "DiskError";
    this.code = code;
    this.path = path;
  }
}
