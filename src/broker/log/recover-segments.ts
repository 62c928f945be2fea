import { PARTITION_METADATA } from "../../core/log/file-names.ts";
import { SegmentIndexes } from "../../core/log/segment-indexes.ts";
import { baseOffsetOf, partitionLeaderEpochOf } from "../../wire/kafka/record-batch.ts";
import { openSegment, readFirstTimestamp, replaySource, type Loading } from "./loading.ts";
import { replayBatch, restoreProducers } from "./producer-replay.ts";
import { indexedBatch, type Segment } from "./segment.ts";

/*
 * After a crash, everything behind the recovery point is in doubt: bytes may be missing, torn or stale, and so
 * may names of files. The log is kept up to the first thing that is not as it was written; a torn tail is
 * normal, not an error, because nothing in it was acknowledged as durable.
 *
 * A hole between two segments counts as such a thing. Compaction leaves holes too, but our cleaner touches only
 * what lies below the recovery point on disk. Kafka's does not, so holes are tolerated after another broker.
 */

/** Verifies and repairs; returns the log's end (exclusive). `recoveryPoint` is null when it is not known. */
export async function recoverSegments(loading: Loading, recoveryPoint: number | null): Promise<number> {
  const { options, producers, epochs } = loading;
  const known = recoveryPoint ?? 0;
  if (isWithoutBegin(loading, recoveryPoint)) return startOver(loading, known);
  const { segments } = loading;
  const first = Math.max(
    0,
    // A segment that ends at the point is in doubt too: its roll may have rewritten its indexes since.
    segments.findLastIndex((segment) => segment.baseOffset < known),
  );
  const begin = segments[first]!.baseOffset;
  epochs.truncateFromEnd(begin);
  await restoreProducers(producers, begin, replaySource(loading));
  let end = begin;
  for (let index = first; index < segments.length; index += 1) {
    const segment = segments[index]!;
    const isOutOfPlace = options.toleratesGaps ? segment.baseOffset < end : segment.baseOffset !== end;
    if (isOutOfPlace) {
      removeSegments(loading, index);
      break;
    }
    const scanned = await recoverSegment(loading, segment, known);
    end = scanned.nextOffset;
    if (scanned.isWhole) continue;
    removeSegments(loading, index + 1);
    break;
  }
  await settle(loading, loading.segments.slice(first));
  return end;
}

/** Leaves an empty log that begins and ends at `offset`; returns that. */
export async function startOver(loading: Loading, offset: number): Promise<number> {
  const { context, options, producers, epochs } = loading;
  removeSegments(loading, 0);
  const empty = openSegment(context, options, offset);
  empty.startEmpty(context.env.clock.now());
  empty.log.fileOrNew();
  loading.segments = [empty];
  epochs.clear();
  producers.clear();
  await settle(loading, [empty]);
  return offset;
}

/** What stands below the recovery point is synced: a log that begins above it has lost what was not. */
function isWithoutBegin({ options, segments }: Loading, recoveryPoint: number | null): boolean {
  return recoveryPoint !== null && !options.toleratesGaps && segments[0]!.baseOffset > recoveryPoint;
}

async function recoverSegment(
  { context, producers, epochs }: Loading,
  segment: Segment,
  checkFrom: number,
): Promise<{ nextOffset: number; isWhole: boolean }> {
  const indexes = new SegmentIndexes(segment.baseOffset);
  const nowMs = context.env.clock.now();
  segment.aborted = [];
  const { end, nextOffset, fault } = await segment.scan(
    (bytes, at, position) => {
      indexes.observe(indexedBatch(bytes, at, position), segment.indexIntervalBytes);
      epochs.assign(partitionLeaderEpochOf(bytes, at), baseOffsetOf(bytes, at));
      replayBatch(producers, bytes, at, { segment, nowMs });
    },
    { checkFrom },
  );
  if (fault !== null) {
    const lostBytes = segment.sizeBytes - end;
    context.env.log.warn("Cut the torn end of a log", { path: segment.log.path, fault, lostBytes });
    segment.log.file().truncate(end);
  }
  segment.adopt(end, indexes);
  return { nextOffset, isWhole: fault === null };
}

/** Removes the segments from this one on; what they hold was never acknowledged as durable. */
function removeSegments(loading: Loading, from: number): void {
  const { context, segments } = loading;
  for (const segment of segments.slice(from)) {
    context.env.log.warn("Removed a segment behind the end of a log", { path: segment.log.path });
    segment.retire();
    segment.removeRetired();
  }
  loading.segments = segments.slice(0, from);
}

/** What has been found is the log from now on, so it must not be lost by the next power cut. */
async function settle({ context, options, segments }: Loading, scanned: readonly Segment[]): Promise<void> {
  const { flusher, env } = context;
  for (const segment of scanned) {
    if (segment.sizeBytes > 0 || env.disk.stat(segment.log.path) !== null) {
      await segment.log.file().datasync();
    }
    if (segment === segments.at(-1)) continue;
    for (const path of segment.writeIndexes()) await flusher.syncPath(path);
  }
  readFirstTimestamp(segments.at(-1)!);
  // Without its id the log would be set aside at the next start, and what it has shown would be gone.
  await flusher.syncPath(`${options.path}/${PARTITION_METADATA}`);
  await env.disk.syncDirectory(options.path);
}
