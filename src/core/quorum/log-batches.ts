import {
  decodeControlRecord,
  encodeControlRecord,
  type ControlRecord,
  type ControlRecordInput,
} from "../../wire/kafka/control-records.ts";
import {
  batchSizeBytes,
  buildBatch,
  crcIsValid,
  decodeRecords,
  isControl,
  lastOffsetOf,
  maxTimestampOf,
  partitionLeaderEpochOf,
} from "../../wire/kafka/record-batch.ts";
import { DecodeError } from "../../wire/kafka/reader.ts";

/** One batch of the metadata log or of a snapshot, read. */
export interface LogBatch {
  readonly lastOffset: number; // Inclusive.
  readonly epoch: number;
  readonly timestamp: number; // In ms since 1970.
  readonly sizeBytes: number;
  /** The values of ordinary records; none in a control batch. */
  readonly values: readonly Buffer[];
  readonly controls: readonly ControlRecord[];
}

export interface BatchPlace {
  readonly baseOffset: number;
  readonly epoch: number;
  readonly timestamp: number;
}

export function controlBatch(place: BatchPlace, records: readonly ControlRecordInput[]): Buffer {
  return buildBatch({
    baseOffset: place.baseOffset,
    partitionLeaderEpoch: place.epoch,
    timestamp: place.timestamp,
    isControl: true,
    records: records.map(encodeControlRecord),
  });
}

export function dataBatch(place: BatchPlace, values: readonly Buffer[]): Buffer {
  return buildBatch({
    baseOffset: place.baseOffset,
    partitionLeaderEpoch: place.epoch,
    timestamp: place.timestamp,
    records: values.map((value) => ({ key: null, value })),
  });
}

const HEADER_BYTES = 61;

/**
 * Reads batches that lie one behind the other.
 * @throws DecodeError when one is cut short or its checksum is wrong.
 */
export function* readBatches(bytes: Buffer): Iterable<LogBatch> {
  let at = 0;
  while (at < bytes.length) {
    const isWhole = bytes.length - at >= HEADER_BYTES && at + batchSizeBytes(bytes, at) <= bytes.length;
    if (!isWhole || !crcIsValid(bytes, at)) throw new DecodeError(`A torn batch at byte ${at}`);
    yield readBatch(bytes, at);
    at += batchSizeBytes(bytes, at);
  }
}

function readBatch(bytes: Buffer, at: number): LogBatch {
  const records = decodeRecords(bytes, at);
  const isControlBatch = isControl(bytes, at);
  const controls = isControlBatch
    ? records.map(({ key, value }) => decodeControlRecord(key ?? Buffer.alloc(0), value ?? Buffer.alloc(0)))
    : [];
  return {
    lastOffset: lastOffsetOf(bytes, at),
    epoch: partitionLeaderEpochOf(bytes, at),
    timestamp: maxTimestampOf(bytes, at),
    sizeBytes: batchSizeBytes(bytes, at),
    values: isControlBatch ? [] : records.map(({ value }) => value ?? Buffer.alloc(0)),
    controls: controls.filter((control) => control !== null),
  };
}
