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
  let youngest: TimestampedOffset | null = null;
  for (const segment of log.segments.all()) {
    const offsetMin = log.logStartOffset;
    const timestamp: number = (youngest?.timestamp ?? -1) + 1;
    if (nextBase(log, segment) <= offsetMin || (await segment.maxTimestamp()) < timestamp) continue;
    // The segment's greatest timestamp may be that of a deleted record.
    const isCut = segment.baseOffset < offsetMin;
    const found: TimestampedOffset | null = isCut
      ? await youngestRecord(segment, { timestamp, offsetMin })
      : await findInSegment(segment, { timestamp: await segment.maxTimestamp(), offsetMin });
    youngest = found ?? youngest;
  }
  return youngest === null ? null : { ...youngest, leaderEpoch: log.leaderEpochAt(youngest.offset) };
}

/** The first of the youngest records at or above `offsetMin`, found by looking at all of them. */
async function youngestRecord(
  segment: Segment,
  wanted: { readonly timestamp: number; readonly offsetMin: number },
): Promise<TimestampedOffset | null> {
  let { timestamp } = wanted;
  let youngest: TimestampedOffset | null = null;
  await segment.scan((bytes, at) => {
    if (lastOffsetOf(bytes, at) < wanted.offsetMin) return;
    for (;;) {
      const found = firstRecordFrom(bytes, at, { timestamp, offsetMin: wanted.offsetMin });
      if (found === null) return;
      youngest = found;
      timestamp = found.timestamp + 1;
    }
  });
  return youngest;
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
