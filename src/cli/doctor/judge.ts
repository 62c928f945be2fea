import { ok, problem, warning, type Finding } from "./check.ts";

/*
 * What to think of each measured value: plain functions of numbers, so that every verdict can be tested
 * without a machine that is in such a state.
 */

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;

/** A broker keeps a socket per client and up to three files per partition open. */
const OPEN_FILES_WANTED = 4_096;
const FREE_BYTES_WANTED = GIB;
const FREE_BYTES_MIN = 100 * MIB;
const SYNC_MS_GOOD = 10;
const SYNC_MS_MAX = 100;
/** 2026-01-01: a clock before it was never set. */
const CLOCK_MS_MIN = 1_767_225_600_000;

export function judgeNodeVersion(version: string): Finding {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const isSupported = (major === 22 && minor >= 18) || (major === 24 && minor >= 11) || major >= 26;
  if (isSupported) return ok("Node version", version);
  return problem("Node version", version, "Use Node 22.18, 24.11, or 26 and newer.");
}

/** `limit` is null where the system has none or does not say. */
export function judgeOpenFiles(limit: number | null): Finding {
  if (limit === null) return ok("open files", "no limit");
  if (limit >= OPEN_FILES_WANTED) return ok("open files", `${limit} allowed`);
  return warning(
    "open files",
    `${limit} allowed`,
    `Raise the limit to ${OPEN_FILES_WANTED} or more (ulimit -n, LimitNOFILE=).`,
  );
}

export function judgeFreeSpace(freeBytes: number): Finding {
  const found =
    freeBytes >= GIB ? `${(freeBytes / GIB).toFixed(1)} GiB` : `${Math.floor(freeBytes / MIB)} MiB`;
  if (freeBytes >= FREE_BYTES_WANTED) return ok("free disk space", found);
  const advice = "Make room, or choose another --data-dir: a full disk takes the log offline.";
  return freeBytes < FREE_BYTES_MIN
    ? problem("free disk space", found, advice)
    : warning("free disk space", found, advice);
}

/** Milliseconds of one append and sync of 4 KiB: the median and the worst of a few. */
export function judgeSyncLatency(medianMs: number, worstMs: number): Finding {
  const found = `${medianMs.toFixed(1)} ms, worst ${worstMs.toFixed(1)} ms`;
  if (medianMs <= SYNC_MS_GOOD) return ok("disk sync", found);
  const advice =
    "Every acks=all answer waits for a sync. Use a faster disk, or millrace.fsync.before.ack=false.";
  return medianMs > SYNC_MS_MAX ? problem("disk sync", found, advice) : warning("disk sync", found, advice);
}

export function judgeClock(nowMs: number): Finding {
  const found = new Date(nowMs).toISOString();
  if (nowMs >= CLOCK_MS_MIN) return ok("clock", found);
  return problem("clock", found, "Set the clock: retention and lookups by time depend on it.");
}

/** `kind` is the file system's name, or null when the system does not say. */
export function judgeFileSystem(kind: string | null): Finding {
  if (kind === null) return ok("file system", "unknown");
  if (kind === "tmpfs" || kind === "ramfs") {
    return problem(
      "file system",
      kind,
      "This is memory: nothing survives a reboot. Choose another --data-dir.",
    );
  }
  if (kind.startsWith("nfs") || kind === "cifs" || kind === "smb3") {
    return warning("file system", kind, "A network file system may not keep what it said was synced.");
  }
  return ok("file system", kind);
}
