import { compress, CODEC_NAMES, type CodecName } from "../../base/compression.ts";
import { assert } from "../../base/assert.ts";
import { attributesFrom, BATCH_HEADER_BYTES, setCrc, writeBatchHeader } from "./batch-header.ts";
import { NO_HEADERS, recordBytesMax, writeRecord, type RecordHeader } from "./record-encoding.ts";

export interface RecordInput {
  /** In ms since 1970; the batch's `timestamp` when absent. */
  readonly timestamp?: number;
  /** The next one after the record before when absent; must rise. */
  readonly offset?: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: readonly RecordHeader[];
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
  let sizeBytesMax = BATCH_HEADER_BYTES;
  for (const { record } of records) {
    sizeBytesMax += recordBytesMax(record.key, record.value, record.headers ?? NO_HEADERS);
  }
  const memory = Buffer.allocUnsafe(sizeBytesMax);
  let at = BATCH_HEADER_BYTES;
  for (const { record, timestampDelta, offsetDelta } of records) {
    const { key, value, headers = NO_HEADERS } = record;
    at = writeRecord(memory, { offsetDelta, timestampDelta, at }, { key, value, headers });
  }
  const plain = memory.subarray(0, at);
  if (codec === "none") return plain;
  const packed = compress(codec, plain.subarray(BATCH_HEADER_BYTES));
  return Buffer.concat([plain.subarray(0, BATCH_HEADER_BYTES), packed]);
}

function writeHeader(batch: Buffer, input: BatchInput, placed: PlacedRecords): void {
  writeBatchHeader(batch, batch.length, {
    baseOffset: input.baseOffset,
    partitionLeaderEpoch: input.partitionLeaderEpoch ?? NONE,
    attributes: attributesFrom({ ...input, codec: CODEC_NAMES.indexOf(input.codec ?? "none") }),
    lastOffsetDelta: placed.lastOffsetDelta,
    baseTimestamp: placed.baseTimestamp,
    maxTimestamp: placed.maxTimestamp,
    producerId: input.producerId ?? NONE,
    producerEpoch: input.producerEpoch ?? NONE,
    baseSequence: input.baseSequence ?? NONE,
    recordCount: placed.records.length,
  });
  setCrc(batch, 0);
}
