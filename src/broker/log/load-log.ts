import { decodeEpochCheckpoint, encodeEpochCheckpoint } from "../../core/log/checkpoint-format.ts";
import { EPOCH_CHECKPOINT, PARTITION_METADATA } from "../../core/log/file-names.ts";
import { LeaderEpochCache } from "../../core/log/leader-epoch-cache.ts";
import { planLoad } from "../../core/log/load-plan.ts";
import { ProducerState } from "../../core/log/producer-state.ts";
import { decodePartitionMetadata } from "../../core/log/properties-format.ts";
import { decodeAbortedTransactions } from "../../core/log/transaction-index.ts";
import { finishSwaps } from "./finish-swaps.ts";
import { openSegment, readFirstTimestamp, replaySource, type Loading, type LoadOptions } from "./loading.ts";
import type { LogContext } from "./log-context.ts";
import { PartitionLog } from "./partition-log.ts";
import { restoreProducers } from "./producer-replay.ts";
import { recoverSegments, startOver } from "./recover-segments.ts";
import { indexedBatch } from "./segment.ts";

/**
 * Opens the log in a partition's directory. After a clean stop only its last segment is looked at, and of that
 * only what lies behind the last index entry; after a crash everything behind the recovery point is verified.
 */
export async function loadLog(context: LogContext, options: LoadOptions): Promise<PartitionLog> {
  const { disk } = context.env;
  const { path } = options;
  let names = namesIn(context, path);
  let plan = planLoad(names);
  for (const name of plan.remove) disk.remove(`${path}/${name}`);
  if (plan.swaps.length > 0) {
    await finishSwaps(context, path, plan.swaps);
    names = namesIn(context, path);
    plan = planLoad(names);
  }
  // Asked of the listing and not of the disk again: with ten thousand logs each look counts.
  const epochFile = names.includes(EPOCH_CHECKPOINT) ? disk.readFile(`${path}/${EPOCH_CHECKPOINT}`) : null;
  const starts = epochFile === null ? null : decodeEpochCheckpoint(epochFile);
  const epochs = starts === null ? null : new LeaderEpochCache(starts);
  const loading: Loading = {
    context,
    options,
    plan,
    segments: plan.segments.map((facts) => openSegment(context, options, facts.baseOffset)),
    epochs: epochs ?? new LeaderEpochCache(),
    producers: new ProducerState(),
  };
  loadTransactionIndexes(loading);
  let end = await findEnd(loading, epochs !== null);
  // All that could be read was deleted by request, and what was left went in the crash.
  if (end < options.logStartOffset) end = await startOver(loading, options.logStartOffset);
  const log = assemble(loading, end, names.includes(PARTITION_METADATA));
  if (!isWritten(log.epochs, epochFile)) log.sidecars.noteUnwrittenEpochs();
  return log;
}

/** Recovery may know epochs that the file does not: the next clean start trusts the file. */
function isWritten({ entries }: LeaderEpochCache, file: Buffer | null): boolean {
  return file === null ? entries.length === 0 : encodeEpochCheckpoint(entries).equals(file);
}

function namesIn({ env }: LogContext, path: string): string[] {
  return env.disk.list(path).map((entry) => entry.name);
}

function loadTransactionIndexes({ context, plan, segments }: Loading): void {
  plan.segments.forEach((facts, index) => {
    if (!facts.hasTransactionIndex) return;
    const segment = segments[index]!;
    const aborted = decodeAbortedTransactions(context.env.disk.readFile(segment.path("txnindex")));
    if (aborted === null)
      context.env.log.warn("A transaction index is damaged", { path: segment.path("txnindex") });
    segment.aborted = aborted ?? [];
  });
}

/** Brings the last segment to where it can be appended to; returns the log's end (exclusive). */
async function findEnd(loading: Loading, knowsEpochs: boolean): Promise<number> {
  const { context, options, segments } = loading;
  if (segments.length === 0) {
    const empty = openSegment(context, options, options.logStartOffset);
    empty.startEmpty(context.env.clock.now());
    loading.segments = [empty];
    loading.epochs.clear();
    return empty.baseOffset;
  }
  if (options.isClean && knowsEpochs) {
    const end = await openTail(loading);
    if (end !== null) return end;
    context.env.log.warn("A log was not closed as its broker said; recovering it", { path: options.path });
  }
  const recoveryPoint = knowsEpochs ? options.recoveryPoint : null; // All must be read for the epochs.
  return recoverSegments(loading, recoveryPoint);
}

/** Null when the last segment does not end with a whole batch. */
async function openTail({
  context,
  options,
  plan,
  segments,
  epochs,
  producers,
}: Loading): Promise<number | null> {
  const active = segments.at(-1)!;
  const indexes = await active.loadIndexes();
  active.adopt(active.sizeBytes, indexes);
  // Only the youngest timestamp can be missing from the indexes: the entries themselves stay as they are.
  const scanned = await active.scan(
    (bytes, at, position) => indexes.observe(indexedBatch(bytes, at, position), Infinity),
    {
      from: indexes.offsets.lastPosition,
    },
  );
  if (scanned.fault !== null) return null;
  readFirstTimestamp(active);
  const end = Math.max(scanned.nextOffset, active.baseOffset);
  epochs.truncateFromEnd(end);
  // Whoever stops in order leaves a snapshot, unless there never was a producer with a number.
  if (plan.snapshots.length === 0) return end;
  await restoreProducers(producers, end, replaySource({ context, options, plan, segments }));
  return end;
}

function assemble(loading: Loading, end: number, hasMetadata: boolean): PartitionLog {
  const { context, options, plan, segments, epochs, producers } = loading;
  const { disk } = context.env;
  const metadata = `${options.path}/${PARTITION_METADATA}`;
  const logStartOffset = Math.min(end, Math.max(options.logStartOffset, segments[0]!.baseOffset));
  epochs.truncateFromStart(logStartOffset);
  const highWatermark = Math.max(logStartOffset, Math.min(options.highWatermark, end));
  producers.onHighWatermark(highWatermark);
  const log = new PartitionLog(context, {
    topic: options.topic,
    partition: options.partition,
    topicId: hasMetadata ? decodePartitionMetadata(disk.readFile(metadata)) : null,
    config: options.config,
    path: options.path,
    segments,
    epochs,
    producers,
    logStartOffset,
    logEndOffset: end,
    durableEndOffset: end,
    highWatermark,
    recoveryPoint: Math.min(options.recoveryPoint ?? 0, end),
    isNew: plan.segments.length === 0,
  });
  // It is synced with the first records, which may have not come, or not in time. None must be acknowledged without it.
  if (log.topicId !== null && (log.isNew || !options.isClean)) log.sidecars.noteUnsyncedMetadata();
  log.sidecars.setSnapshots(plan.snapshots.filter((offset) => offset <= end));
  for (const offset of plan.snapshots) if (offset > end) log.sidecars.removeSnapshot(offset);
  return log;
}
