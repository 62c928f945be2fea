import fs from "node:fs";
import type { Disk, DirectoryEntry, FileStatus, OpenMode } from "../ports/disk.ts";
import { attempt, diskError } from "./attempt.ts";
import { lockFile } from "./disk-lock.ts";
import { RealFile } from "./disk-file.ts";

const { O_CREAT, O_RDONLY, O_RDWR } = fs.constants;
const openFlags: Record<OpenMode, number> = { read: O_RDONLY, write: O_RDWR, create: O_RDWR | O_CREAT };

/** Threads that wait for the device. Syncs of many files at once share one commit of the file system's journal. */
const POOL_THREADS = 16;

/** The machine's file system. */
export function realDisk(): Disk {
  // Read when the pool is first used; whoever has set it knows better.
  process.env.UV_THREADPOOL_SIZE ??= String(POOL_THREADS);
  return {
    open(path, mode) {
      return attempt("open", path, () => new RealFile(path, fs.openSync(path, openFlags[mode], 0o644)));
    },
    list,
    stat,
    makeDirectory(path) {
      attempt("create directory", path, () => fs.mkdirSync(path, { recursive: true }));
    },
    rename(from, to) {
      attempt(`rename to "${to}" the file`, from, () => fs.renameSync(from, to));
    },
    remove(path) {
      attempt("remove", path, () => fs.rmSync(path, { force: true }));
    },
    removeDirectory(path) {
      attempt("remove directory", path, () => fs.rmSync(path, { recursive: true, force: true }));
    },
    readFile: (path) => attempt("read", path, () => fs.readFileSync(path)),
    writeFile(path, bytes) {
      attempt("write", path, () => fs.writeFileSync(path, bytes));
    },
    syncDirectory,
    lock: lockFile,
    freeBytes(path) {
      const { bavail, bsize } = attempt("measure the free space of", path, () => fs.statfsSync(path));
      return bavail * bsize;
    },
    totalBytes(path) {
      const { blocks, bsize } = attempt("measure the size of", path, () => fs.statfsSync(path));
      return blocks * bsize;
    },
  };
}

function list(directory: string): DirectoryEntry[] {
  const entries = attempt("list", directory, () => fs.readdirSync(directory, { withFileTypes: true }));
  return entries.map((entry) => {
    // A link to a directory counts as one: operators mount log directories that way.
    const isLink = entry.isSymbolicLink();
    const isDirectory = isLink
      ? (stat(`${directory}/${entry.name}`)?.isDirectory ?? false)
      : entry.isDirectory();
    return { name: entry.name, isDirectory };
  });
}

function stat(path: string): FileStatus | null {
  const status = attempt("look at", path, () => fs.statSync(path, { throwIfNoEntry: false }));
  if (status === undefined) return null;
  return {
    isDirectory: status.isDirectory(),
    sizeBytes: status.size,
    modifiedMs: Math.floor(status.mtimeMs),
  };
}

async function syncDirectory(path: string): Promise<void> {
  // Windows has no way to open a directory for that; its file systems journal names on their own.
  if (process.platform === "win32") return;
  const descriptor = attempt("open directory", path, () => fs.openSync(path, O_RDONLY));
  try {
    await new Promise<void>((resolve, reject) => {
      fs.fsync(descriptor, (error) =>
        error === null ? resolve() : reject(diskError("sync directory", path, error)),
      );
    });
  } finally {
    fs.closeSync(descriptor);
  }
}
