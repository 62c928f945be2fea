import type { Disk, DiskFile } from "../../src/ports/disk.ts";
import type { Env } from "../../src/ports/env.ts";

/*
 * Ways to break a broker's world on purpose, each of which the invariants must notice.
 */

/** Files of records, but not those of internal topics: a broker that loses its own metadata does not even start. */
const RECORD_FILE = /\/[a-z]+-\d+\/\d+\.log$/;
const OFFSET_INDEX = /\.index(\.tmp)?$/;
const INDEX_ENTRY_BYTES = 8;

/** For files of records the disk says "synced" and does nothing. */
export function brokenFsync(env: Env): Env {
  const { disk } = env;
  const open: Disk["open"] = (path, mode) => {
    const file = disk.open(path, mode);
    if (!RECORD_FILE.test(path)) return file;
    const liar: Partial<DiskFile> = { datasync: () => Promise.resolve(), datasyncSync: () => {} };
    return { ...bound(file), ...liar, path };
  };
  return { ...env, disk: { ...bound(disk), open } };
}

/**
 * Offset indexes are written with every entry standing for lower offsets than it should, so that what is looked up
 * lies before the place where the search begins. Sizes and order are right, so no cheap check of the file sees it.
 */
export function brokenIndex(env: Env): Env {
  const { disk } = env;
  const writeFile: Disk["writeFile"] = (path, bytes) =>
    disk.writeFile(path, OFFSET_INDEX.test(path) ? shiftedEntries(bytes) : bytes);
  return { ...env, disk: { ...bound(disk), writeFile } };
}

function shiftedEntries(entries: Buffer): Buffer {
  const shifted = Buffer.from(entries);
  for (let at = 0; at + INDEX_ENTRY_BYTES <= shifted.length; at += INDEX_ENTRY_BYTES) {
    shifted.writeInt32BE(shifted.readInt32BE(at) >> 1, at);
  }
  return shifted;
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
