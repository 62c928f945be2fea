import { compress, decompress, type CompressionCodec } from "../../base/compression.ts";
import { crc32c } from "../../base/crc32c.ts";
import type { ErrorName } from "../../tables/errors.ts";
import * as batchOf from "../../wire/kafka/record-batch.ts";
import type { LogConfig } from "../log/log-config.ts";
import { scan, scanRecords } from "./scan-records.ts";

/** Why a batch was not appended: the partition's error, and the records that are to blame, if single ones are. */
export interface BatchRefusal {
  readonly error: ErrorName;
  readonly message: string | null;
  readonly recordErrors: readonly { readonly batchIndex: number; readonly batchIndexErrorMessage: string }[];
  /** Kafka answers the real log start offset for faults that its log found, and -1 for those found before. */
  readonly foundByLog: boolean;
}

export interface BatchContext {
  readonly config: LogConfig;
  readonly nowMs: number;
  /** Version of the Produce request: zstd is only legal from 7 (KIP-110). */
  readonly requestVersion: number;
}

const OVERHEAD_BYTES = 12; // Base offset and batch length.
const LENGTH_MIN = 14; // Below this the length cannot even cover the old formats' header.
const HEADER_BYTES = 61;
const CRC_FROM = 21; // The checksum covers everything from the attributes on.
const RECORD_ERRORS_MAX = 1000;
/** A batch may not unpack to more than this: a small request must not claim unbounded memory. */
const UNPACKED_BYTES_MAX = 256 * 1024 * 1024;
const CODEC_NAMES = ["none", "gzip", "snappy", "lz4", "zstd"] as const;
const ZSTD = 4;
const ZSTD_SINCE = 7;
const LOG_APPEND_TIME_BIT = 0x08;
const NO_TIMESTAMP = -1;

function refuse(error: ErrorName, message: string | null = null, foundByLog = false): BatchRefusal {
  return { error, message, recordErrors: [], foundByLog };
}

/**
 * Finds the one batch in a record set and checks what can be said without a log (kafka.md 2.2, step 2):
 * the batch without stray bytes behind it, or the refusal.
 */
export function soleBatchOf(records: Buffer | null, requestVersion: number): Buffer | BatchRefusal {
  if (records === null || records.length < OVERHEAD_BYTES) {
    return refuse("INVALID_RECORD", "A partition of a Produce request holds exactly one record batch");
  }
  const first = batchEnd(records, 0);
  if (typeof first !== "number") return first;
  if (first < 0) return refuse("INVALID_RECORD", "The record batch is cut short");
  if (records[16]! < 2) return refuse("INVALID_RECORD", "Only record batches of magic 2 are accepted");
  if (records.length - first >= OVERHEAD_BYTES) {
    const second = batchEnd(records, first);
    if (typeof second !== "number") return second;
    if (second >= 0) {
      return refuse("INVALID_RECORD", "A partition of a Produce request holds exactly one record batch, got more");
    }
  }
  if (first < HEADER_BYTES) return refuse("CORRUPT_MESSAGE", "The record batch is shorter than its header");
  if (batchOf.codecOf(records, 0) === ZSTD && requestVersion < ZSTD_SINCE) {
    return refuse("UNSUPPORTED_COMPRESSION_TYPE", "zstd needs Produce version 7 or newer");
  }
  return first === records.length ? records : records.subarray(0, first);
}

/** Where the batch at `at` ends, -1 when it is cut short, or a refusal when its length or magic is impossible. */
function batchEnd(records: Buffer, at: number): number | BatchRefusal {
  const length = records.readInt32BE(at + 8);
  if (length < LENGTH_MIN) return refuse("CORRUPT_MESSAGE", `A batch length of ${length} is below ${LENGTH_MIN}`);
  if (at + OVERHEAD_BYTES + length > records.length) return -1;
  const magic = records.readInt8(at + 16);
  if (magic < 0 || magic > 2) return refuse("CORRUPT_MESSAGE", `Magic ${magic} is unknown`);
  return at + OVERHEAD_BYTES + length;
}

/**
 * Checks a client's batch as the log does (kafka.md 2.2, steps 5 and 6) and brings it to the form in which it
 * is stored: usually the bytes that came, untouched.
 */
export function validateBatch(batch: Buffer, context: BatchContext): Buffer | BatchRefusal {
  const { config } = context;
  if (batch.length > config.maxMessageBytes) {
    return refuse("MESSAGE_TOO_LARGE", `The batch has ${batch.length} bytes, max.message.bytes is ${config.maxMessageBytes}`);
  }
  if (batch.length > config.segmentBytes) {
    return refuse("RECORD_LIST_TOO_LARGE", `The batch has ${batch.length} bytes, segment.bytes is ${config.segmentBytes}`);
  }
  if (crc32c(batch.subarray(CRC_FROM)) !== batchOf.crcOf(batch, 0)) {
    return refuse("CORRUPT_MESSAGE", "The checksum of the batch does not match its bytes");
  }
  const headerFault = faultOfHeader(batch);
  if (headerFault !== null) return refuse("INVALID_RECORD", headerFault, true);
  const codec = CODEC_NAMES[batchOf.codecOf(batch, 0)];
  if (codec === undefined) return refuse("CORRUPT_MESSAGE", "The compression codec is unknown", true);
  const records = codec === "none" ? batch : unpack(batch, codec);
  if (records === null) return refuse("CORRUPT_MESSAGE", "The compressed records cannot be unpacked", true);
  const range = { begin: codec === "none" ? HEADER_BYTES : 0, end: records.length, count: batchOf.recordCountOf(batch, 0) };
  if (!scanRecords(records, range).isWellFormed) return refuse("INVALID_RECORD", "The records are malformed", true);
  if (codec !== "none" && !scan.isSequential) {
    return refuse("INVALID_RECORD", "The records' offset deltas are not 0, 1, 2, …", true);
  }
  return faultOfRecords(batch, records, range, context) ?? storedForm(batch, records, codec, context);
}

function faultOfHeader(batch: Buffer): string | null {
  if (batchOf.baseOffsetOf(batch, 0) !== 0) return "The base offset must be 0, the broker assigns offsets";
  const count = batchOf.recordCountOf(batch, 0);
  if (count <= 0 || batchOf.lastOffsetDeltaOf(batch, 0) !== count - 1) {
    return "The record count does not match the last offset delta";
  }
  if (batchOf.isControl(batch, 0)) return "Clients may not write control batches";
  if (batchOf.producerIdOf(batch, 0) > -1 && batchOf.producerEpochOf(batch, 0) > -1 && batchOf.baseSequenceOf(batch, 0) < 0) {
    return "A batch with a producer id needs a sequence number";
  }
  return null;
}

function unpack(batch: Buffer, codec: CompressionCodec): Buffer | null {
  try {
    return decompress(codec, batch.subarray(HEADER_BYTES), UNPACKED_BYTES_MAX);
  } catch {
    return null; // Whatever the codec says of the bytes, the client gets the protocol's one word for it.
  }
}

/** Null keys and timestamps: the faults that name single records (KIP-467). */
function faultOfRecords(
  batch: Buffer,
  records: Buffer,
  range: { readonly begin: number; readonly end: number; readonly count: number },
  context: BatchContext,
): BatchRefusal | null {
  const { config, nowMs } = context;
  const base = batchOf.baseTimestampOf(batch, 0);
  const isAppendTime = config.messageTimestampType === "LogAppendTime";
  const earliest = nowMs - config.messageTimestampBeforeMaxMs;
  const latest = nowMs + config.messageTimestampAfterMaxMs;
  const needsKeys = config.cleanupPolicyCompact && scan.hasNullKey;
  const claimsAppendTime = isAppendTime && (batchOf.attributesOf(batch, 0) & LOG_APPEND_TIME_BIT) !== 0;
  const outside = !isAppendTime && (base + scan.timestampDeltaMin < earliest || base + scan.timestampDeltaMax > latest);
  if (!needsKeys && !outside && !claimsAppendTime) return null;
  let hasTimestampFault = claimsAppendTime;
  const recordErrors: { batchIndex: number; batchIndexErrorMessage: string }[] = [];
  scanRecords(records, range, (index, delta, hasKey) => {
    const timestamp = base + delta;
    const isOutside = !isAppendTime && timestamp !== NO_TIMESTAMP && (timestamp < earliest || timestamp > latest);
    if (isOutside) hasTimestampFault = true;
    const fault = claimsAppendTime
      ? "The client may not set the log append time"
      : isOutside
        ? `Timestamp ${timestamp} is outside ${earliest} to ${latest}`
        : needsKeys && !hasKey
          ? "A record without a key cannot go to a compacted topic"
          : null;
    if (fault !== null && recordErrors.length < RECORD_ERRORS_MAX) {
      recordErrors.push({ batchIndex: index, batchIndexErrorMessage: fault });
    }
  });
  if (recordErrors.length === 0) return null;
  const error = hasTimestampFault ? "INVALID_TIMESTAMP" : "INVALID_RECORD";
  return { error, message: "One or more records have been refused", recordErrors, foundByLog: true };
}

function storedForm(batch: Buffer, records: Buffer, codec: CompressionCodec, context: BatchContext): Buffer | BatchRefusal {
  const wanted = wantedCodec(context.config.compressionType, codec);
  const stored = wanted === codec ? batch : recompressed(batch, codec === "none" ? batch.subarray(HEADER_BYTES) : records, wanted);
  if (stored.length > context.config.maxMessageBytes) {
    return refuse("MESSAGE_TOO_LARGE", `The recompressed batch has ${stored.length} bytes`);
  }
  const isPatched = stampTimes(stored, context);
  if (isPatched || stored !== batch) batchOf.setCrc(stored, 0, crc32c(stored.subarray(CRC_FROM)));
  return stored;
}

function wantedCodec(topicType: LogConfig["compressionType"], codec: CompressionCodec): CompressionCodec {
  if (topicType === "producer") return codec;
  return topicType === "uncompressed" ? "none" : topicType;
}

function recompressed(batch: Buffer, records: Buffer, codec: CompressionCodec): Buffer {
  const body = codec === "none" ? records : compress(codec, records);
  const next = Buffer.concat([batch.subarray(0, HEADER_BYTES), body]);
  batchOf.setBatchLength(next, 0, next.length - OVERHEAD_BYTES);
  const attributes = batchOf.attributesOf(batch, 0);
  batchOf.setAttributes(next, 0, (attributes & ~0x07) | CODEC_NAMES.indexOf(codec));
  return next;
}

/** Sets what the broker says about time; returns whether covered bytes changed. */
function stampTimes(batch: Buffer, { config, nowMs }: BatchContext): boolean {
  const attributes = batchOf.attributesOf(batch, 0);
  if (config.messageTimestampType === "LogAppendTime") {
    batchOf.setAttributes(batch, 0, attributes | LOG_APPEND_TIME_BIT);
    batchOf.setMaxTimestamp(batch, 0, nowMs);
    return true;
  }
  const maxTimestamp = Math.max(NO_TIMESTAMP, batchOf.baseTimestampOf(batch, 0) + scan.timestampDeltaMax);
  const isStamped = (attributes & LOG_APPEND_TIME_BIT) !== 0;
  if (!isStamped && maxTimestamp === batchOf.maxTimestampOf(batch, 0)) return false;
  if (isStamped) batchOf.setAttributes(batch, 0, attributes & ~LOG_APPEND_TIME_BIT);
  batchOf.setMaxTimestamp(batch, 0, maxTimestamp);
  return true;
}
