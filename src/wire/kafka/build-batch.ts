import { compress, CODEC_NAMES, type CodecName } from "../../base/compression.ts";
import { assert } from "../../base/assert.ts";
import {
  attributesFrom,
  BATCH_HEADER_BYTES,
  MAGIC,
  setAttributes,
  setBaseOffset,
  setBaseSequence,
  setBaseTimestamp,
  setBatchSizeBytes,
  setCrc,
  setLastOffsetDelta,
  setMagic,
  setMaxTimestamp,
  setPartitionLeaderEpoch,
  setProducerEpoch,
  setProducerId,
  setRecordCount,
} from "./batch-header.ts";
import { varintBytes, writeVarint } from "./varint.ts";

export interface HeaderInput {
  readonly key: string;
  readonly value: Buffer | null;
}

export interface RecordInput {
  /** In ms since 1970; the batch's `timestamp` when absent. */
  readonly timestamp?: number;
  /** The next one after the record before when absent; must rise. */
  readonly offset?: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: readonly HeaderInput[];
}

export interface BatchInput {
  readonly baseOffset: number;
  readonly records: readonly RecordInput[];
  /** For the records that state none; 0 when absent. */
  readonly timestamp?: number;
  readonly codec?: CodecName;
  readonly partitionLeaderEpoch?: number;
  readonly producerId?: number;
  readonly producerEpoch?: number;
  readonly baseSequence?: number;
  readonly isTransactional?: boolean;
  readonly isControl?: boolean;
  readonly isLogAppendTime?: boolean;
  /** Inclusive; the last record's when absent. A compacted batch keeps the offset that it once ended with. */
  readonly lastOffset?: number;
}

const NONE = -1;

/** Lays out one batch of magic 2. Field by field it is what a client would send; absent ids are -1. */
export function buildBatch(input: BatchInput): Buffer {
  const placed = place(input);
  const codec = input.codec ?? "none";
  const body = packedRecords(placed, codec);
  writeHeader(body, input, placed);
  return body;
}

interface Placed {
  readonly record: RecordInput;
  readonly timestampDelta: number;
  readonly offsetDelta: number;
}

interface PlacedRecords {
  readonly records: readonly Placed[];
  readonly baseTimestamp: number;
  readonly maxTimestamp: number;
  readonly lastOffsetDelta: number;
}

function place(input: BatchInput): PlacedRecords {
  const fallback = input.timestamp ?? 0;
  const baseTimestamp = input.records[0]?.timestamp ?? fallback;
  let maxTimestamp = input.records.length === 0 ? NONE : -Infinity;
  let next = input.baseOffset;
  const records = input.records.map((record): Placed => {
    const timestamp = record.timestamp ?? fallback;
    maxTimestamp = Math.max(maxTimestamp, timestamp);
    const offset = record.offset ?? next;
    assert(offset >= next, "the offsets of a batch rise");
    next = offset + 1;
    return { record, timestampDelta: timestamp - baseTimestamp, offsetDelta: offset - input.baseOffset };
  });
  const lastOffset = input.lastOffset ?? Math.max(input.baseOffset, next - 1);
  return { records, baseTimestamp, maxTimestamp, lastOffsetDelta: lastOffset - input.baseOffset };
}

/** The whole batch with its header still blank. */
function packedRecords({ records }: PlacedRecords, codec: CodecName): Buffer {
  const sizes = records.map(recordBodyBytes);
  let total = BATCH_HEADER_BYTES;
  for (const size of sizes) total += varintBytes(size) + size;
  const plain = Buffer.allocUnsafe(total);
  let at = BATCH_HEADER_BYTES;
  for (let i = 0; i < records.length; i += 1) at = writeRecord(plain, records[i]!, { at, size: sizes[i]! });
  if (codec === "none") return plain;
  const packed = compress(codec, plain.subarray(BATCH_HEADER_BYTES));
  return Buffer.concat([plain.subarray(0, BATCH_HEADER_BYTES), packed]);
}

function sizedBytes(value: Buffer | null): number {
  return value === null ? varintBytes(NONE) : varintBytes(value.length) + value.length;
}

/** A record without its length. */
function recordBodyBytes({ record, timestampDelta, offsetDelta }: Placed): number {
  const headers = record.headers ?? [];
  let size = 1 + varintBytes(timestampDelta) + varintBytes(offsetDelta);
  size += sizedBytes(record.key) + sizedBytes(record.value) + varintBytes(headers.length);
  for (const header of headers) {
    const keyBytes = Buffer.byteLength(header.key);
    size += varintBytes(keyBytes) + keyBytes + sizedBytes(header.value);
  }
  return size;
}

function writeRecord(into: Buffer, placed: Placed, { at, size }: { at: number; size: number }): number {
  const { record, timestampDelta, offsetDelta } = placed;
  const headers = record.headers ?? [];
  let end = writeVarint(into, size, at);
  into[end] = 0; // A record has no attributes of its own.
  end = writeVarint(into, timestampDelta, end + 1);
  end = writeVarint(into, offsetDelta, end);
  end = writeSized(into, record.key, end);
  end = writeSized(into, record.value, end);
  end = writeVarint(into, headers.length, end);
  for (const header of headers) {
    end = writeSized(into, Buffer.from(header.key), end);
    end = writeSized(into, header.value, end);
  }
  return end;
}

function writeSized(into: Buffer, value: Buffer | null, at: number): number {
  if (value === null) return writeVarint(into, NONE, at);
  const start = writeVarint(into, value.length, at);
  value.copy(into, start);
  return start + value.length;
}

function writeHeader(batch: Buffer, input: BatchInput, placed: PlacedRecords): void {
  setBaseOffset(batch, 0, input.baseOffset);
  setBatchSizeBytes(batch, 0, batch.length);
  setPartitionLeaderEpoch(batch, 0, input.partitionLeaderEpoch ?? NONE);
  setMagic(batch, 0, MAGIC);
  const codec = CODEC_NAMES.indexOf(input.codec ?? "none");
  setAttributes(batch, 0, attributesFrom({ ...input, codec }));
  setLastOffsetDelta(batch, 0, placed.lastOffsetDelta);
  setBaseTimestamp(batch, 0, placed.baseTimestamp);
  setMaxTimestamp(batch, 0, placed.maxTimestamp);
  setProducerId(batch, 0, input.producerId ?? NONE);
  setProducerEpoch(batch, 0, input.producerEpoch ?? NONE);
  setBaseSequence(batch, 0, input.baseSequence ?? NONE);
  setRecordCount(batch, 0, placed.records.length);
  setCrc(batch, 0);
}
