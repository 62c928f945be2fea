import { CODEC_NAMES, CompressionError, decompress } from "../../base/compression.ts";
import { DecodeError, Reader } from "./reader.ts";
import {
  BATCH_HEADER_BYTES,
  baseOffsetOf,
  baseTimestampOf,
  batchSizeBytes,
  codecOf,
  isLogAppendTime,
  maxTimestampOf,
  recordCountOf,
} from "./batch-header.ts";
import { walkRecords, type RecordCursor } from "./walk-records.ts";

/** A record as an object, for features that see few of them. Keys and values share the block's memory. */
export interface DecodedRecord {
  readonly offset: number;
  readonly timestamp: number; // In ms since 1970; the batch's own where the broker stamps it.
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly DecodedHeader[];
}

export interface DecodedHeader {
  readonly key: string;
  readonly value: Buffer | null;
}

/** What one batch may unpack to where the caller states no limit. */
const UNPACKED_BYTES_MAX = 128 * 1024 * 1024;

/**
 * The records of the batch at `at`, unpacked. An unpacked block shares the batch's memory.
 * @throws DecodeError when the codec is not defined or the data do not unpack within `maxBytes`.
 */
export function recordsBlock(bytes: Buffer, at = 0, maxBytes = UNPACKED_BYTES_MAX): Buffer {
  const packed = bytes.subarray(at + BATCH_HEADER_BYTES, at + batchSizeBytes(bytes, at));
  const codec = CODEC_NAMES[codecOf(bytes, at)];
  if (codec === undefined) throw new DecodeError(`A batch with codec ${codecOf(bytes, at)}`);
  try {
    return decompress(codec, packed, maxBytes);
  } catch (error) {
    // To whoever reads batches, packed data that do not unpack are bytes that do not decode.
    if (error instanceof CompressionError) throw new DecodeError(error.message);
    throw error;
  }
}

/**
 * Every record of the batch at `at`.
 * @throws DecodeError when they do not decode.
 */
export function decodeRecords(bytes: Buffer, at = 0, maxBytes = UNPACKED_BYTES_MAX): DecodedRecord[] {
  const block = recordsBlock(bytes, at, maxBytes);
  const baseOffset = baseOffsetOf(bytes, at);
  const baseTimestamp = baseTimestampOf(bytes, at);
  const appendTimestamp = isLogAppendTime(bytes, at) ? maxTimestampOf(bytes, at) : null;
  const records: DecodedRecord[] = [];
  walkRecords(block, recordCountOf(bytes, at), (record) => {
    records.push({
      offset: baseOffset + record.offsetDelta,
      timestamp: appendTimestamp ?? baseTimestamp + record.timestampDelta,
      key: part(block, record.keyAt, record.keySize),
      value: part(block, record.valueAt, record.valueSize),
      headers: record.headerCount === 0 ? [] : headersOf(record),
    });
  });
  return records;
}

function part(block: Buffer, at: number, size: number): Buffer | null {
  return size < 0 ? null : block.subarray(at, at + size);
}

function headersOf(record: RecordCursor): DecodedHeader[] {
  const reader = new Reader(record.block, record.headersAt, record.end);
  const headers: DecodedHeader[] = [];
  for (let i = 0; i < record.headerCount; i += 1) {
    const key = reader.string(headerSize(reader));
    const size = headerSize(reader);
    headers.push({ key, value: size < 0 ? null : reader.slice(size) });
  }
  return headers;
}

/** The walk has proved the sizes; they are zig-zag, unlike the reader's own varints. */
function headerSize(reader: Reader): number {
  const zigZag = reader.uvarint();
  return zigZag % 2 === 0 ? zigZag / 2 : -(zigZag + 1) / 2;
}
