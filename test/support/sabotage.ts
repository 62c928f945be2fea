import type { Disk, DiskFile } from "../../src/ports/disk.ts";
import type { Env } from "../../src/ports/env.ts";

/** Ways to break the world of a broker on purpose, each of which the invariants must notice. */

/** The disk says "synced" and does nothing. */
export function brokenFsync(env: Env): Env {
  return withFiles(env, (file) => ({
    datasync: () => Promise.resolve(),
    datasyncSync: () => void file.path,
  }));
}

/**
 * Offset indexes are written with positions that lie one entry too far: every entry points behind the batches that
 * it stands for. The sizes and the order of the entries are as they should be, so no cheap check of the file sees it.
 */
export function brokenIndex(env: Env): Env {
  return withFiles(env, (file) => ({
    write(buffers, position) {
      file.write(file.path.endsWith(".index") ? [shiftedEntries(Buffer.concat(buffers))] : buffers, position);
    },
  }));
}

const INDEX_ENTRY_BYTES = 8;

function shiftedEntries(entries: Buffer): Buffer {
  const shifted = Buffer.from(entries);
  for (let at = 0; at + INDEX_ENTRY_BYTES <= shifted.length; at += INDEX_ENTRY_BYTES) {
    shifted.writeInt32BE(Math.max(0, shifted.readInt32BE(at) - 3), at);
  }
  return shifted;
}

function withFiles(env: Env, change: (file: DiskFile) => Partial<DiskFile>): Env {
  const { disk } = env;
  const changed: Disk = {
    ...bound(disk),
    open(path, mode) {
      const file = disk.open(path, mode);
      return { ...bound(file), ...change(file), path: file.path };
    },
  };
  return { ...env, disk: changed };
}

/** The methods of an object as functions of their own, so that some can be exchanged. */
function bound<T extends object>(object: T): T {
  const prototype = Object.getPrototypeOf(object) as object;
  const names = Object.getOwnPropertyNames(prototype).filter((name) => name !== "constructor");
  const methods = names.flatMap((name) => {
    const method = (object as Record<string, unknown>)[name];
    return typeof method === "function" ? [[name, method.bind(object) as unknown]] : [];
  });
  return Object.fromEntries(methods) as T;
}
