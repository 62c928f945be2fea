import {
  CODEC_NAMES,
  CompressionError,
  compress,
  decompress,
  type CodecName,
} from "../../base/compression.ts";
import type { ErrorName } from "../../tables/errors.ts";
import * as batchOf from "../../wire/kafka/record-batch.ts";
import type { LogConfig } from "../log/log-config.ts";
import { walkRecords } from "../../wire/kafka/record-batch.ts";
import type { RecordScan } from "./scan-ordinary.ts";
import { scanRecords } from "./scan-records.ts";

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
}

const { BATCH_HEADER_BYTES, BATCH_PREFIX_BYTES } = batchOf;
const LENGTH_MIN = 14; // Below this the length cannot even cover the old formats' header.
const RECORD_ERRORS_MAX = 1000;
/** A batch may not unpack to more than this: a small request must not claim unbounded memory. */
const UNPACKED_BYTES_MAX = 256 * 1024 * 1024;
const ZSTD_SINCE = 7;
const NO_TIMESTAMP = -1;

function refuse(error: ErrorName, message: string): BatchRefusal {
  return { error, message, recordErrors: [], foundByLog: false };
}

function refuseInLog(error: ErrorName, message: string): BatchRefusal {
  return { error, message, recordErrors: [], foundByLog: true };
}

/**
 * Finds the one batch in a record set and checks what can be said without a log:
 * the batch without stray bytes behind it, or the refusal.
 */
export function soleBatchOf(records: Buffer | null, requestVersion: number): Buffer | BatchRefusal {
  if (records === null || records.length < BATCH_PREFIX_BYTES) {
    return refuse("INVALID_RECORD", "A partition of a Produce request holds exactly one record batch");
  }
  const first = batchEnd(records, 0);
  if (typeof first !== "number") return first;
  if (first < 0) return refuse("INVALID_RECORD", "The record batch is cut short");
  if (batchOf.magicOf(records, 0) < batchOf.MAGIC)
    return refuse("INVALID_RECORD", "Only record batches of magic 2 are accepted");
  if (records.length - first >= BATCH_PREFIX_BYTES) {
    const second = batchEnd(records, first);
    if (typeof second !== "number") return second;
    if (second >= 0) {
      return refuse(
        "INVALID_RECORD",
        "A partition of a Produce request holds exactly one record batch, got more",
      );
    }
  }
  if (first < BATCH_HEADER_BYTES)
    return refuse("CORRUPT_MESSAGE", "The record batch is shorter than its header");
  if (CODEC_NAMES[batchOf.codecOf(records, 0)] === "zstd" && requestVersion < ZSTD_SINCE) {
    return refuse("UNSUPPORTED_COMPRESSION_TYPE", "zstd needs Produce version 7 or newer");
  }
  return first === records.length ? records : records.subarray(0, first);
}

/** Where the batch at `at` ends, -1 when it is cut short, or a refusal when its length or magic is impossible. */
function batchEnd(records: Buffer, at: number): number | BatchRefusal {
  const length = batchOf.batchSizeBytes(records, at) - BATCH_PREFIX_BYTES;
  if (length < LENGTH_MIN)
    return refuse("CORRUPT_MESSAGE", `A batch length of ${length} is below ${LENGTH_MIN}`);
  // Kafka judges the magic only of a batch that is whole.
  if (at + BATCH_PREFIX_BYTES + length > records.length) return -1;
  const magic = batchOf.magicOf(records, at);
  if (magic < 0 || magic > batchOf.MAGIC) return refuse("CORRUPT_MESSAGE", `Magic ${magic} is unknown`);
  return at + BATCH_PREFIX_BYTES + length;
}

/**
 * Checks a client's batch as the log does and brings it to the form in which it
 * is stored: usually the bytes that came, untouched.
 */
export function validateBatch(batch: Buffer, context: BatchContext): Buffer | BatchRefusal {
  const { config } = context;
  if (batch.length > config.maxMessageBytes) {
    return refuse(
      "MESSAGE_TOO_LARGE",
      `The batch has ${batch.length} bytes, max.message.bytes is ${config.maxMessageBytes}`,
    );
  }
  if (batch.length > config.segmentBytes) {
    return refuse(
      "RECORD_LIST_TOO_LARGE",
      `The batch has ${batch.length} bytes, segment.bytes is ${config.segmentBytes}`,
    );
  }
  if (!batchOf.crcIsValid(batch, 0)) {
    return refuse("CORRUPT_MESSAGE", "The checksum of the batch does not match its bytes");
  }
  const headerFault = faultOfHeader(batch);
  if (headerFault !== null) return refuseInLog("INVALID_RECORD", headerFault);
  const codec = CODEC_NAMES[batchOf.codecOf(batch, 0)];
  if (codec === undefined) return refuseInLog("CORRUPT_MESSAGE", "The compression codec is unknown");
  const block = unpack(batch, codec);
  if (block === null) return refuseInLog("CORRUPT_MESSAGE", "The compressed records cannot be unpacked");
  const scan = scanRecords(block, batchOf.recordCountOf(batch, 0));
  if (scan === null) return refuseInLog("INVALID_RECORD", "The records are malformed");
  if (codec !== "none" && !scan.isSequential) {
    return refuseInLog("INVALID_RECORD", "The records' offset deltas are not 0, 1, 2, …");
  }
  const candidate = { batch, block, codec, scan };
  return faultOfRecords(candidate, context) ?? storedForm(candidate, context);
}

/** A batch that is well-formed as far as it has been looked at. */
interface Candidate {
  readonly batch: Buffer;
  /** Its records, unpacked. */
  readonly block: Buffer;
  readonly codec: CodecName;
  readonly scan: RecordScan;
}

function faultOfHeader(batch: Buffer): string | null {
  if (batchOf.baseOffsetOf(batch, 0) !== 0) return "The base offset must be 0, the broker assigns offsets";
  const count = batchOf.recordCountOf(batch, 0);
  if (count <= 0 || batchOf.lastOffsetDeltaOf(batch, 0) !== count - 1) {
    return "The record count does not match the last offset delta";
  }
  if (batchOf.isControl(batch, 0)) return "Clients may not write control batches";
  if (
    batchOf.producerIdOf(batch, 0) > -1 &&
    batchOf.producerEpochOf(batch, 0) > -1 &&
    batchOf.baseSequenceOf(batch, 0) < 0
  ) {
    return "A batch with a producer id needs a sequence number";
  }
  return null;
}

function unpack(batch: Buffer, codec: CodecName): Buffer | null {
  const packed = batch.subarray(BATCH_HEADER_BYTES);
  if (codec === "none") return packed;
  try {
    return decompress(codec, packed, UNPACKED_BYTES_MAX);
  } catch (error) {
    // Whatever the codec says of the bytes, the client gets the protocol's one word for it.
    if (error instanceof CompressionError) return null;
    throw error;
  }
}

/** Null keys and timestamps: the faults that name single records (KIP-467). */
function faultOfRecords({ batch, block, scan }: Candidate, context: BatchContext): BatchRefusal | null {
  const { config, nowMs } = context;
  const base = batchOf.baseTimestampOf(batch, 0);
  const isAppendTime = config.messageTimestampType === "LogAppendTime";
  const earliest = nowMs - config.messageTimestampBeforeMaxMs;
  const latest = nowMs + config.messageTimestampAfterMaxMs;
  const isOutside = (delta: number): boolean =>
    !isAppendTime && base + delta !== NO_TIMESTAMP && (base + delta < earliest || base + delta > latest);
  const needsKeys = config.cleanupPolicyCompact && scan.hasNullKey;
  const claimsAppendTime = isAppendTime && batchOf.isLogAppendTime(batch, 0);
  const mayBeOutside = isOutside(scan.timestampDeltaMin) || isOutside(scan.timestampDeltaMax);
  if (!needsKeys && !mayBeOutside && !claimsAppendTime) return null;
  let hasTimestampFault = claimsAppendTime;
  const recordErrors: { batchIndex: number; batchIndexErrorMessage: string }[] = [];
  walkRecords(block, batchOf.recordCountOf(batch, 0), ({ index, timestampDelta, keySize }) => {
    let fault: string | null = null;
    if (needsKeys && keySize < 0) fault = "A record without a key cannot go to a compacted topic";
    if (claimsAppendTime) fault = "A client may not set the log append time";
    if (isOutside(timestampDelta)) {
      hasTimestampFault = true;
      fault = `Timestamp ${base + timestampDelta} is outside ${earliest} to ${latest}`;
    }
    if (fault !== null && recordErrors.length < RECORD_ERRORS_MAX) {
      recordErrors.push({ batchIndex: index, batchIndexErrorMessage: fault });
    }
  });
  if (recordErrors.length === 0) return null;
  const error = hasTimestampFault ? "INVALID_TIMESTAMP" : "INVALID_RECORD";
  return { error, message: "One or more records have been refused", recordErrors, foundByLog: true };
}

function storedForm({ batch, block, codec, scan }: Candidate, context: BatchContext): Buffer | BatchRefusal {
  const { compressionType, maxMessageBytes } = context.config;
  const wanted = wantedCodec(compressionType, codec);
  const stored = wanted === codec ? batch : recompressed(batch, block, wanted);
  if (stored.length > maxMessageBytes) {
    return refuse("MESSAGE_TOO_LARGE", `Recompressed, the batch has ${stored.length} bytes`);
  }
  const isStamped = stampTimes(stored, scan, context);
  if (isStamped || stored !== batch) batchOf.setCrc(stored, 0);
  return stored;
}

function wantedCodec(topicType: LogConfig["compressionType"], codec: CodecName): CodecName {
  if (topicType === "producer") return codec;
  return topicType === "uncompressed" ? "none" : topicType;
}

function recompressed(batch: Buffer, block: Buffer, codec: CodecName): Buffer {
  const next = Buffer.concat([batch.subarray(0, BATCH_HEADER_BYTES), compress(codec, block)]);
  const flags = batchOf.attributesOf(batch, 0) - batchOf.codecOf(batch, 0);
  batchOf.setBatchSizeBytes(next, 0, next.length);
  batchOf.setAttributes(next, 0, flags + CODEC_NAMES.indexOf(codec));
  return next;
}

/** Sets what the broker says about time; returns whether covered bytes changed. */
function stampTimes(batch: Buffer, scan: RecordScan, { config, nowMs }: BatchContext): boolean {
  if (config.messageTimestampType === "LogAppendTime") {
    batchOf.setLogAppendTime(batch, 0, nowMs);
    return true;
  }
  const maxTimestamp = Math.max(NO_TIMESTAMP, batchOf.baseTimestampOf(batch, 0) + scan.timestampDeltaMax);
  const isStamped = batchOf.isLogAppendTime(batch, 0);
  if (!isStamped && maxTimestamp === batchOf.maxTimestampOf(batch, 0)) return false;
  if (isStamped) batchOf.setCreateTime(batch, 0);
  batchOf.setMaxTimestamp(batch, 0, maxTimestamp);
  return true;
}
