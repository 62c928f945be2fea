import {
  countBelowStart,
  countBeyondSize,
  isBeyondAge,
  type AgingSegment,
  type RetentionBounds,
} from "../../core/log/retention.ts";
import type { PartitionLog } from "./partition-log.ts";
import type { Segment } from "./segment.ts";

/** What retention needs of the log's directory. */
export interface RetentionHost {
  /** Makes recovery points and log starts durable. */
  checkpoint(): Promise<void>;
  /** Runs `remove` after `file.delete.delay.ms`. */
  removeLater(delayMs: number, remove: () => void): void;
}

/** Whether a log has nothing that could be deleted. Most logs of a broker are such, and are not worth a promise. */
export function hasNothingToDelete(log: PartitionLog): boolean {
  return log.segments.length === 1 && log.active.sizeBytes === 0;
}

/**
 * Deletes the oldest segments that the topic need not keep. The log's start moves first, durably: files that a
 * power cut brings back then lie below it.
 */
export async function retainLog(log: PartitionLog, host: RetentionHost): Promise<number> {
  const nowMs = log.context.env.clock.now();
  const aging = log.segments.all().map((segment, index) => agingOf(log, segment, index));
  const bounds = { highWatermark: log.highWatermark, logStartOffset: log.logStartOffset, nowMs };
  const count = await countExpired(log, aging, bounds);
  if (count === 0 || log.isClosed) return 0;
  if (count === aging.length) log.roll();
  const expired = log.segments.all().slice(0, count);
  const start = Math.max(log.logStartOffset, log.segments.at(count)!.baseOffset);
  log.moveStart(start);
  await log.flush();
  await host.checkpoint();
  if (log.isClosed || log.flushing.recoveryPoint < start) return 0; // Not durable yet; the next round tries again.
  const { counters } = log.context;
  counters.deletedSegments += count;
  for (const segment of expired) counters.deletedBytes += segment.sizeBytes;
  removeSegments(log, expired, host);
  return count;
}

function agingOf(log: PartitionLog, segment: Segment, index: number): AgingSegment {
  return {
    endOffset: log.segments.endOf(index, log.logEndOffset),
    sizeBytes: () => segment.sizeBytes,
    youngestMs: async () => {
      const timestamp = await segment.maxTimestamp();
      return timestamp >= 0 ? timestamp : segment.modifiedMs();
    },
  };
}

async function countExpired(
  log: PartitionLog,
  segments: readonly AgingSegment[],
  bounds: RetentionBounds,
): Promise<number> {
  const { config } = log;
  let count = countBelowStart(segments.slice(0, -1), bounds.logStartOffset);
  if (!config.cleanupPolicyDelete) return count;
  count = Math.max(count, Math.min(countBeyondSize(segments, config, bounds), segments.length - 1));
  for (const segment of segments.slice(count)) {
    if (segment.endOffset > bounds.highWatermark || segment.sizeBytes() === 0) break;
    if (!isBeyondAge(await segment.youngestMs(), config, bounds.nowMs)) break;
    count += 1;
  }
  return count;
}

/** Takes segments out of the log; calls that read them go on. Their files go later. */
export function removeSegments(log: PartitionLog, out: readonly Segment[], host: RetentionHost): void {
  const gone = new Set(out);
  log.segments.remove((segment) => gone.has(segment));
  for (const segment of out) segment.retire();
  log.changes.note();
  log.sidecars.trimSnapshots();
  log.sidecars.noteNewFile();
  log.flushing.request();
  host.removeLater(log.config.fileDeleteDelayMs, () => {
    for (const segment of out) segment.removeRetired();
  });
}
