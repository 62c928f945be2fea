import { compactionRange, type CompactionRange } from "../../core/log/compaction-plan.ts";
import { partitionDirectoryName } from "../../core/log/file-names.ts";
import { BATCH_HEADER_BYTES, maxTimestampOf } from "../../wire/kafka/record-batch.ts";
import { compactLog } from "./compact-log.ts";
import type { LogDirectory } from "./log-directory.ts";
import type { PartitionLog } from "./partition-log.ts";

export interface CleanerOptions {
  /** Memory for the keys of one pass (`log.cleaner.dedupe.buffer.size`). */
  readonly keyBytesMax: number;
  /** Whether to give up: the broker stops. */
  readonly isStopped: () => boolean;
  /** Runs `remove` after a delay. */
  readonly removeLater: (delayMs: number, remove: () => void) => void;
}

interface Candidate {
  readonly log: PartitionLog;
  readonly range: CompactionRange;
}

/** Compacts the logs of one directory, the dirtiest first, until none is dirty enough. Returns how many passes it made. */
export async function cleanDirectory(directory: LogDirectory, options: CleanerOptions): Promise<number> {
  const logs = [...directory.logs.values()].filter((log) => log.config.cleanupPolicyCompact);
  // Nothing above the recovery point on the disk is touched (see `recover-segments.ts`), so it should be recent.
  if (logs.some((log) => log.active.baseOffset > log.flushing.recoveryPoint)) await directory.checkpoint();
  const { counters, env } = directory.context;
  let passes = 0;
  const done = new Set<PartitionLog>();
  for (;;) {
    const candidate = await dirtiest(directory, logs, done);
    if (candidate === null || options.isStopped()) return passes;
    const { log } = candidate;
    done.add(log);
    passes += 1;
    const startedMs = env.clock.monotonic();
    const name = partitionDirectoryName(log.topic, log.partition);
    try {
      const cleanedTo = await log.changes.exclusively(() =>
        compactLog(log, candidate.range, {
          keyBytesMax: options.keyBytesMax,
          isStopped: options.isStopped,
          onReplaced: (segments) =>
            options.removeLater(log.config.fileDeleteDelayMs, () => {
              for (const segment of segments) segment.removeRetired();
            }),
        }),
      );
      if (cleanedTo < candidate.range.endOffset) done.delete(log); // The keys did not fit: there is more to do.
      if (!log.isClosed) directory.cleanedOffsets.set(name, cleanedTo);
    } catch (error) {
      if (!log.isClosed) throw error; // A deleted log takes its cleaning with it.
    }
    counters.compactions += 1;
    counters.compactionSeconds += (env.clock.monotonic() - startedMs) / 1000;
    await directory.writeCleaned();
  }
}

async function dirtiest(
  directory: LogDirectory,
  logs: readonly PartitionLog[],
  done: ReadonlySet<PartitionLog>,
): Promise<Candidate | null> {
  let best: Candidate | null = null;
  for (const log of logs) {
    if (log.isClosed || done.has(log)) continue;
    const range = await rangeOf(directory, log);
    if (range === null) continue;
    if (range.dirtyRatio < log.config.minCleanableDirtyRatio && !(await isOverdue(log, range))) continue;
    if (best === null || range.dirtyRatio > best.range.dirtyRatio) best = { log, range };
  }
  return best;
}

async function rangeOf(directory: LogDirectory, log: PartitionLog): Promise<CompactionRange | null> {
  const name = partitionDirectoryName(log.topic, log.partition);
  const cleanedTo = Math.max(directory.cleanedOffsets.get(name) ?? 0, log.logStartOffset);
  const segments = log.segments
    .all()
    .slice(0, -1)
    .map((segment, index) => ({
      baseOffset: segment.baseOffset,
      endOffset: log.segments.endOf(index, log.logEndOffset),
      sizeBytes: segment.sizeBytes,
    }));
  return compactionRange(segments, { cleanedTo, cleanableTo: await cleanableTo(log) });
}

/** Exclusive. Open transactions, young records and what a crash could take are left alone. */
async function cleanableTo(log: PartitionLog): Promise<number> {
  const bound = Math.min(log.lastStableOffset, log.flushing.recoveryPoint);
  const { minCompactionLagMs } = log.config;
  if (minCompactionLagMs <= 0) return bound;
  const youngestMs = log.context.env.clock.now() - minCompactionLagMs;
  for (const segment of log.segments.all()) {
    if (segment.baseOffset >= bound) break;
    if ((await segment.maxTimestamp()) > youngestMs) return segment.baseOffset;
  }
  return bound;
}

/** Whether a record waits for longer than `max.compaction.lag.ms` (KIP-354). */
async function isOverdue(log: PartitionLog, range: CompactionRange): Promise<boolean> {
  const { maxCompactionLagMs } = log.config;
  if (!Number.isFinite(maxCompactionLagMs)) return false;
  const segment = log.segments.at(Math.max(0, log.segments.floorIndex(range.firstDirtyOffset)))!;
  const header = Buffer.alloc(BATCH_HEADER_BYTES);
  const got = await segment.log.file().read(header, 0);
  const oldestMs = got === BATCH_HEADER_BYTES ? maxTimestampOf(header, 0) : -1;
  return oldestMs >= 0 && log.context.env.clock.now() - oldestMs > maxCompactionLagMs;
}
