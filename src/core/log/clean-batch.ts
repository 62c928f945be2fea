import {
  attributesOf,
  BATCH_HEADER_BYTES,
  baseOffsetOf,
  baseTimestampOf,
  batchSizeBytes,
  codecOf,
  hasDeleteHorizon,
  isControl,
  isLogAppendTime,
  maxTimestampOf,
  recordCountOf,
  recordsBlock,
  setAttributes,
  setBaseTimestamp,
  setBatchSizeBytes,
  setCrc,
  setMaxTimestamp,
  setRecordCount,
  walkRecords,
  type RecordCursor,
} from "../../wire/kafka/record-batch.ts";
import { CODEC_NAMES, compress } from "../../base/compression.ts";
import { varintBytes, writeVarint } from "../../wire/kafka/varint.ts";

/** What the cleaner has decided about one batch. */
export interface BatchVerdict {
  /** Whether the record at this offset stays. Not asked for control batches. */
  readonly retains: (record: RecordCursor, offset: number) => boolean;
  /** No record stays: an aborted transaction's data, or a marker whose time has come. */
  readonly discardsRecords: boolean;
  /** A batch without records stays: it carries a producer's last sequence, or the segment's last offset. */
  readonly keepsEmpty: boolean;
  /** A marker that nothing needs any more: its time begins to run. */
  readonly isIdleMarker: boolean;
  /** When tombstones and markers that are seen here for the first time may go; in ms since 1970. */
  readonly deleteHorizonMs: number;
}

const CODEC_MASK = 0x07;
const DELETE_HORIZON = 0x40;
const NO_TIMESTAMP = -1;

/**
 * One batch after compaction: null when it goes, the very same bytes when nothing changes. Offsets, epoch and
 * sequences stay as they were; only the record count shrinks (KIP-98). The first time that a batch is found to
 * hold tombstones, the time when they may go takes the place of its base timestamp (KIP-534).
 */
export function cleanBatch(bytes: Buffer, at: number, verdict: BatchVerdict): Buffer | null {
  const whole = bytes.subarray(at, at + batchSizeBytes(bytes, at));
  const count = recordCountOf(bytes, at);
  if (count === 0) return verdict.keepsEmpty ? whole : null;
  if (verdict.discardsRecords) return verdict.keepsEmpty ? emptied(whole) : null;
  const kept = select(whole, verdict);
  if (kept.count === 0) return verdict.keepsEmpty ? emptied(whole) : null;
  const needsHorizon = (kept.hasTombstone || verdict.isIdleMarker) && !hasDeleteHorizon(whole, 0);
  if (kept.count === count && !needsHorizon) return whole;
  return rebuilt(whole, kept, needsHorizon ? verdict.deleteHorizonMs : null);
}

interface Kept {
  readonly block: Buffer;
  /** Begin and end of each record that stays, one after the other. */
  readonly ranges: readonly number[];
  readonly count: number;
  readonly hasTombstone: boolean;
  readonly maxTimestamp: number;
}

function select(batch: Buffer, verdict: BatchVerdict): Kept {
  const block = recordsBlock(batch);
  const baseOffset = baseOffsetOf(batch, 0);
  const baseTimestamp = baseTimestampOf(batch, 0);
  const isMarker = isControl(batch, 0);
  const ranges: number[] = [];
  let hasTombstone = false;
  let maxTimestamp = NO_TIMESTAMP;
  walkRecords(block, recordCountOf(batch, 0), (record) => {
    if (!isMarker && !verdict.retains(record, baseOffset + record.offsetDelta)) return;
    ranges.push(record.start, record.end);
    if (!isMarker && record.valueSize < 0) hasTombstone = true;
    maxTimestamp = Math.max(maxTimestamp, baseTimestamp + record.timestampDelta);
  });
  if (isLogAppendTime(batch, 0)) maxTimestamp = maxTimestampOf(batch, 0);
  return { block, ranges, count: ranges.length / 2, hasTombstone, maxTimestamp };
}

function rebuilt(batch: Buffer, kept: Kept, horizonMs: number | null): Buffer {
  const baseTimestamp = baseTimestampOf(batch, 0);
  const pieces: Buffer[] = [];
  for (let index = 0; index < kept.ranges.length; index += 2) {
    const record = kept.block.subarray(kept.ranges[index], kept.ranges[index + 1]);
    pieces.push(horizonMs === null ? record : shifted(record, baseTimestamp - horizonMs));
  }
  const codec = CODEC_NAMES[codecOf(batch, 0)]!;
  const body = compress(codec, Buffer.concat(pieces));
  const next = Buffer.concat([batch.subarray(0, BATCH_HEADER_BYTES), body]);
  if (horizonMs !== null) {
    setAttributes(next, 0, attributesOf(batch, 0) | DELETE_HORIZON);
    setBaseTimestamp(next, 0, horizonMs);
  }
  setMaxTimestamp(next, 0, kept.maxTimestamp);
  return finished(next, kept.count);
}

/** The record with `shiftMs` added to its timestamp delta. */
function shifted(record: Buffer, shiftMs: number): Buffer {
  const attributesAt = skipVarint(record, 0);
  const restAt = skipVarint(record, attributesAt + 1);
  const delta = readVarint(record, attributesAt + 1) + shiftMs;
  const size = 1 + varintBytes(delta) + record.length - restAt;
  const next = Buffer.allocUnsafe(varintBytes(size) + size);
  let at = writeVarint(next, size, 0);
  next[at] = record[attributesAt]!;
  at = writeVarint(next, delta, at + 1);
  record.copy(next, at, restAt);
  return next;
}

function skipVarint(bytes: Buffer, at: number): number {
  let end = at;
  while (bytes[end]! >= 0x80) end += 1;
  return end + 1;
}

function readVarint(bytes: Buffer, at: number): number {
  let value = 0;
  let scale = 1;
  for (let index = at; ; index += 1) {
    value += (bytes[index]! & 0x7f) * scale;
    scale *= 128;
    if (bytes[index]! < 0x80) break;
  }
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}

/** The batch without its records: offsets and sequences live on. */
function emptied(batch: Buffer): Buffer {
  const next = Buffer.from(batch.subarray(0, BATCH_HEADER_BYTES));
  setAttributes(next, 0, attributesOf(batch, 0) & ~CODEC_MASK & ~DELETE_HORIZON);
  setBaseTimestamp(next, 0, NO_TIMESTAMP);
  return finished(next, 0);
}

function finished(batch: Buffer, recordCount: number): Buffer {
  setRecordCount(batch, 0, recordCount);
  setBatchSizeBytes(batch, 0, batch.length);
  setCrc(batch, 0);
  return batch;
}
