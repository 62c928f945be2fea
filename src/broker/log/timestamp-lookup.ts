import { firstRecordFrom, type TimestampedOffset } from "../../core/log/find-timestamp.ts";
import { lastOffsetOf } from "../../wire/kafka/record-batch.ts";
import type { PartitionLog } from "./partition-log.ts";
import type { Segment } from "./segment.ts";

export interface FoundRecord extends TimestampedOffset {
  readonly leaderEpoch: number;
}

export async function offsetForTimestamp(log: PartitionLog, timestamp: number): Promise<FoundRecord | null> {
  // Timestamps come from clients in any order, so segments are asked one by one, the oldest first.
  for (const segment of log.segments.all()) {
    const end = nextBase(log, segment);
    if (end <= log.logStartOffset || (await segment.maxTimestamp()) < timestamp) continue;
    const found = await findInSegment(segment, { timestamp, offsetMin: log.logStartOffset });
    if (found !== null) return { ...found, leaderEpoch: log.leaderEpochAt(found.offset) };
  }
  return null;
}

export async function maxTimestampOffset(log: PartitionLog): Promise<FoundRecord | null> {
  let youngest: Segment | null = null;
  let timestamp = -1;
  for (const segment of log.segments.all()) {
    if (nextBase(log, segment) <= log.logStartOffset) continue;
    const maxTimestamp = await segment.maxTimestamp();
    if (maxTimestamp <= timestamp) continue;
    youngest = segment;
    timestamp = maxTimestamp;
  }
  if (youngest === null) return null;
  const found = await findInSegment(youngest, { timestamp, offsetMin: log.logStartOffset });
  return found === null ? null : { ...found, leaderEpoch: log.leaderEpochAt(found.offset) };
}

function nextBase(log: PartitionLog, segment: Segment): number {
  return log.segments.endOf(log.segments.floorIndex(segment.baseOffset), log.logEndOffset);
}

async function findInSegment(
  segment: Segment,
  wanted: { readonly timestamp: number; readonly offsetMin: number },
): Promise<TimestampedOffset | null> {
  const indexes = await segment.loadIndexes();
  const from = Math.max(indexes.times.offsetFor(wanted.timestamp), wanted.offsetMin);
  let found: TimestampedOffset | null = null;
  await segment.scan(
    (bytes, at) => {
      if (lastOffsetOf(bytes, at) < wanted.offsetMin) return true;
      found = firstRecordFrom(bytes, at, wanted);
      return found === null;
    },
    { from: indexes.offsets.positionFor(from) },
  );
  return found;
}
