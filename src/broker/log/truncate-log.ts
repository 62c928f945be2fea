import { baseOffsetOf, lastOffsetOf } from "../../wire/kafka/record-batch.ts";
import type { PartitionLog } from "./partition-log.ts";
import { indexedBatch } from "./segment.ts";
import { restoreProducers } from "./producer-replay.ts";

/**
 * Cuts the files and the state of a log; see `PartitionLog.truncateTo`. The lower recovery point must be durable
 * before anything is appended, or a restart would trust what was cut.
 */
export async function truncateLog(log: PartitionLog, offset: number): Promise<void> {
  log.context.health.mustTakeWrites();
  if (offset >= log.logEndOffset) return;
  const target = Math.max(offset, log.logStartOffset);
  const index = Math.max(0, log.segments.floorIndex(target));
  const segment = log.segments.at(index)!;
  const place = await findBatch(log, index, target);
  try {
    for (const later of log.segments
      .all()
      .slice(index + 1)
      .toReversed()) {
      log.segments.remove((candidate) => candidate === later);
      later.retire();
      later.removeRetired();
    }
    segment.isActive = true;
    const indexes = await segment.loadIndexes();
    indexes.truncateTo(place.endOffset);
    segment.aborted = segment.aborted.filter((transaction) => transaction.lastOffset < place.endOffset);
    segment.truncate(place.position);
    // The youngest timestamp behind the last index entry is known from the records alone.
    await segment.scan(
      (bytes, at, position) => indexes.observe(indexedBatch(bytes, at, position), Infinity),
      {
        from: indexes.offsets.lastPosition,
      },
    );
    log.resetEnd(Math.max(place.endOffset, log.logStartOffset));
    await segment.sync();
    await log.context.env.disk.syncDirectory(log.path);
  } catch (error) {
    throw log.context.health.onWriteFailure(error);
  }
  await restoreState(log);
}

/** Where the first batch begins that ends at `offset` or behind: in the file, and the offset before it. */
async function findBatch(
  log: PartitionLog,
  index: number,
  offset: number,
): Promise<{ position: number; endOffset: number }> {
  const segment = log.segments.at(index)!;
  const indexes = await segment.loadIndexes();
  const from = indexes.offsets.positionFor(offset);
  let place = { position: segment.sizeBytes, endOffset: offset };
  let before = from === 0 ? segment.baseOffset : -1;
  await segment.scan(
    (bytes, at, position) => {
      const lastOffset = lastOffsetOf(bytes, at);
      if (lastOffset >= offset) {
        // In a batch that spans the cut, the records below it go too.
        place = { position, endOffset: Math.min(offset, baseOffsetOf(bytes, at)) };
        if (baseOffsetOf(bytes, at) < offset && before >= 0) place.endOffset = before;
        return false;
      }
      before = lastOffset + 1;
      return true;
    },
    { from },
  );
  return place;
}

async function restoreState(log: PartitionLog): Promise<void> {
  const { env } = log.context;
  const end = log.logEndOffset;
  log.epochs.truncateFromEnd(end);
  log.sidecars.dropSnapshots((offset) => offset > end);
  await restoreProducers(log.producers, end, {
    disk: env.disk,
    path: log.path,
    snapshots: log.sidecars.snapshots,
    segments: log.segments.all(),
    nowMs: env.clock.now(),
  });
  log.producers.onHighWatermark(log.highWatermark);
}
