import type { DatabaseSync } from "node:sqlite";
import { DiskError, type DiskLock } from "../ports/disk.ts";

/** Locks are held until they are released, also when nobody remembers them: collecting one would free it. */
const heldLocks = new Set<DatabaseSync>();

/** SQLite's result code for a lock that another connection holds. */
const SQLITE_BUSY = 5;

/**
 * A lock that the kernel gives back however the process ends, `kill -9` included.
 *
 * Node has no `flock`. Its SQLite does take the system's own file lock, on every platform, on an empty file that stays
 * empty, and on POSIX systems it is the kind of lock that the JVM takes, so that an Apache Kafka on the same directory is
 * refused as well. A process id in a file was rejected: ids repeat, above all in containers that share a volume.
 */
export function lockFile(path: string): DiskLock {
  let database: DatabaseSync | null = null;
  try {
    database = openDatabase(path);
    // The journal stays in memory, or a file for it would appear beside the lock.
    database.exec("PRAGMA journal_mode=MEMORY; BEGIN EXCLUSIVE");
  } catch (error) {
    database?.close();
    const isTaken = (error as { errcode?: number }).errcode === SQLITE_BUSY;
    throw new DiskError("lock", path, isTaken ? "EWOULDBLOCK" : "EIO", error);
  }
  const held = database;
  heldLocks.add(held);
  return {
    release() {
      if (heldLocks.delete(held)) held.close();
    },
  };
}

function openDatabase(path: string): DatabaseSync {
  const emitWarning = process.emitWarning.bind(process);
  try {
    // Node 22 and 24 call the module experimental, which says nothing to the operator of a broker.
    process.emitWarning = () => {};
    const { DatabaseSync } = process.getBuiltinModule("node:sqlite");
    return new DatabaseSync(path, { timeout: 0 });
  } finally {
    process.emitWarning = emitWarning;
  }
}
