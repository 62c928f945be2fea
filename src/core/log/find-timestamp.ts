import {
  baseOffsetOf,
  baseTimestampOf,
  isLogAppendTime,
  maxTimestampOf,
  recordCountOf,
  recordsBlock,
  walkRecords,
} from "../../wire/kafka/record-batch.ts";

export interface TimestampedOffset {
  readonly offset: number;
  readonly timestamp: number;
}

/**
 * The first record of a batch at or above `offsetMin` whose timestamp is `timestamp` or later; null when the
 * batch has none. Unpacks the batch.
 */
export function firstRecordFrom(
  bytes: Buffer,
  at: number,
  wanted: { readonly timestamp: number; readonly offsetMin: number },
): TimestampedOffset | null {
  const maxTimestamp = maxTimestampOf(bytes, at);
  if (maxTimestamp < wanted.timestamp || recordCountOf(bytes, at) === 0) return null;
  const base = baseOffsetOf(bytes, at);
  const stamped = isLogAppendTime(bytes, at) ? maxTimestamp : null;
  const baseTimestamp = baseTimestampOf(bytes, at);
  let found: TimestampedOffset | null = null;
  walkRecords(recordsBlock(bytes, at), recordCountOf(bytes, at), (record) => {
    const timestamp = stamped ?? baseTimestamp + record.timestampDelta;
    const offset = base + record.offsetDelta;
    if (timestamp < wanted.timestamp || offset < wanted.offsetMin) return true;
    found = { offset, timestamp };
    return false;
  });
  return found;
}
