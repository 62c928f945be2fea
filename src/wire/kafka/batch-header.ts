import { crc32c } from "../../base/crc32c.ts";
import { readInt64, writeInt64 } from "./int64.ts";

/*
 * The header of a record batch (magic 2), read and patched in place. All functions take the buffer and where
 * the batch begins in it, so that a log can be walked without an object per batch.
 *
 * The base offset and the leader epoch lie outside the checksum: a leader may set them without computing it
 * anew. All other patchers leave the checksum stale until `setCrc`.
 */

const BATCH_LENGTH_AT = 8;
const LEADER_EPOCH_AT = 12;
const MAGIC_AT = 16;
const CRC_AT = 17;
/** Where the checksum begins to count. */
export const ATTRIBUTES_AT = 21;
const LAST_OFFSET_DELTA_AT = 23;
const BASE_TIMESTAMP_AT = 27;
const MAX_TIMESTAMP_AT = 35;
const PRODUCER_ID_AT = 43;
const PRODUCER_EPOCH_AT = 51;
const BASE_SEQUENCE_AT = 53;
const RECORD_COUNT_AT = 57;

/** The header, up to the first record. */
export const BATCH_HEADER_BYTES = 61;
/** The base offset and the length: what must be there to know how long the batch is. */
export const BATCH_PREFIX_BYTES = 12;
/** The only record format there is since Kafka 4. */
export const MAGIC = 2;

const CODEC_MASK = 0x07;
const LOG_APPEND_TIME = 0x08;
const TRANSACTIONAL = 0x10;
const CONTROL = 0x20;
const DELETE_HORIZON = 0x40;

export function baseOffsetOf(bytes: Buffer, at: number): number {
  return readInt64(bytes, at);
}

/** The whole batch, prefix included, as its length field says: not checked against what is there. */
export function batchSizeBytes(bytes: Buffer, at: number): number {
  return bytes.readInt32BE(at + BATCH_LENGTH_AT) + BATCH_PREFIX_BYTES;
}

export function partitionLeaderEpochOf(bytes: Buffer, at: number): number {
  return bytes.readInt32BE(at + LEADER_EPOCH_AT);
}

export function magicOf(bytes: Buffer, at: number): number {
  return bytes.readInt8(at + MAGIC_AT);
}

export function crcOf(bytes: Buffer, at: number): number {
  return bytes.readUInt32BE(at + CRC_AT);
}

export function attributesOf(bytes: Buffer, at: number): number {
  return bytes.readInt16BE(at + ATTRIBUTES_AT);
}

/** The index into `CODEC_NAMES`; 5 to 7 are not defined. */
export function codecOf(bytes: Buffer, at: number): number {
  return attributesOf(bytes, at) & CODEC_MASK;
}

/** Whether `maxTimestamp` is the broker's clock and stands for every record. */
export function isLogAppendTime(bytes: Buffer, at: number): boolean {
  return (attributesOf(bytes, at) & LOG_APPEND_TIME) !== 0;
}

export function isTransactional(bytes: Buffer, at: number): boolean {
  return (attributesOf(bytes, at) & TRANSACTIONAL) !== 0;
}

export function isControl(bytes: Buffer, at: number): boolean {
  return (attributesOf(bytes, at) & CONTROL) !== 0;
}

/** Whether the base timestamp is the time at which the cleaner may drop tombstones and markers (KIP-534). */
export function hasDeleteHorizon(bytes: Buffer, at: number): boolean {
  return (attributesOf(bytes, at) & DELETE_HORIZON) !== 0;
}

export function lastOffsetDeltaOf(bytes: Buffer, at: number): number {
  return bytes.readInt32BE(at + LAST_OFFSET_DELTA_AT);
}

/** Inclusive. */
export function lastOffsetOf(bytes: Buffer, at: number): number {
  return readInt64(bytes, at) + bytes.readInt32BE(at + LAST_OFFSET_DELTA_AT);
}

export function baseTimestampOf(bytes: Buffer, at: number): number {
  return readInt64(bytes, at + BASE_TIMESTAMP_AT);
}

export function maxTimestampOf(bytes: Buffer, at: number): number {
  return readInt64(bytes, at + MAX_TIMESTAMP_AT);
}

/** -1 when the producer is not idempotent. */
export function producerIdOf(bytes: Buffer, at: number): number {
  return readInt64(bytes, at + PRODUCER_ID_AT);
}

export function producerEpochOf(bytes: Buffer, at: number): number {
  return bytes.readInt16BE(at + PRODUCER_EPOCH_AT);
}

export function baseSequenceOf(bytes: Buffer, at: number): number {
  return bytes.readInt32BE(at + BASE_SEQUENCE_AT);
}

/** Inclusive; sequences wrap from 2147483647 to 0. */
export function lastSequenceOf(bytes: Buffer, at: number): number {
  const base = baseSequenceOf(bytes, at);
  return base < 0 ? base : (base + lastOffsetDeltaOf(bytes, at)) % 2 ** 31;
}

export function recordCountOf(bytes: Buffer, at: number): number {
  return bytes.readInt32BE(at + RECORD_COUNT_AT);
}

/** Whether the checksum holds. The whole batch must be there. */
export function crcIsValid(bytes: Buffer, at: number): boolean {
  return crcOf(bytes, at) === computeCrc(bytes, at);
}

function computeCrc(bytes: Buffer, at: number): number {
  return crc32c(bytes.subarray(at + ATTRIBUTES_AT, at + batchSizeBytes(bytes, at)));
}

export function setBaseOffset(bytes: Buffer, at: number, offset: number): void {
  writeInt64(bytes, offset, at);
}

export function setBatchSizeBytes(bytes: Buffer, at: number, sizeBytes: number): void {
  bytes.writeInt32BE(sizeBytes - BATCH_PREFIX_BYTES, at + BATCH_LENGTH_AT);
}

export function setPartitionLeaderEpoch(bytes: Buffer, at: number, epoch: number): void {
  bytes.writeInt32BE(epoch, at + LEADER_EPOCH_AT);
}

export function setMagic(bytes: Buffer, at: number, magic: number): void {
  bytes.writeInt8(magic, at + MAGIC_AT);
}

export function setAttributes(bytes: Buffer, at: number, attributes: number): void {
  bytes.writeInt16BE(attributes, at + ATTRIBUTES_AT);
}

export function setLastOffsetDelta(bytes: Buffer, at: number, delta: number): void {
  bytes.writeInt32BE(delta, at + LAST_OFFSET_DELTA_AT);
}

export function setBaseTimestamp(bytes: Buffer, at: number, timestampMs: number): void {
  writeInt64(bytes, timestampMs, at + BASE_TIMESTAMP_AT);
}

export function setMaxTimestamp(bytes: Buffer, at: number, timestampMs: number): void {
  writeInt64(bytes, timestampMs, at + MAX_TIMESTAMP_AT);
}

/** Stamps the batch with the broker's time; its records' own timestamps no longer count. */
export function setLogAppendTime(bytes: Buffer, at: number, timestampMs: number): void {
  setAttributes(bytes, at, attributesOf(bytes, at) | LOG_APPEND_TIME);
  setMaxTimestamp(bytes, at, timestampMs);
}

/** Clears a flag that a client must not set on a topic which keeps the producers' times. */
export function setCreateTime(bytes: Buffer, at: number): void {
  setAttributes(bytes, at, attributesOf(bytes, at) & ~LOG_APPEND_TIME);
}

export function setProducerId(bytes: Buffer, at: number, producerId: number): void {
  writeInt64(bytes, producerId, at + PRODUCER_ID_AT);
}

export function setProducerEpoch(bytes: Buffer, at: number, epoch: number): void {
  bytes.writeInt16BE(epoch, at + PRODUCER_EPOCH_AT);
}

export function setBaseSequence(bytes: Buffer, at: number, sequence: number): void {
  bytes.writeInt32BE(sequence, at + BASE_SEQUENCE_AT);
}

export function setRecordCount(bytes: Buffer, at: number, count: number): void {
  bytes.writeInt32BE(count, at + RECORD_COUNT_AT);
}

/** Computes the checksum over the batch as it now stands. */
export function setCrc(bytes: Buffer, at: number): void {
  setCrcValue(bytes, at, computeCrc(bytes, at));
}

/** For who computed the checksum already, from a batch that is not in one piece. */
export function setCrcValue(bytes: Buffer, at: number, crc: number): void {
  bytes.writeUInt32BE(crc, at + CRC_AT);
}

export interface AttributeFlags {
  readonly codec?: number;
  readonly isLogAppendTime?: boolean;
  readonly isTransactional?: boolean;
  readonly isControl?: boolean;
  readonly hasDeleteHorizon?: boolean;
}

export function attributesFrom(flags: AttributeFlags): number {
  let attributes = flags.codec ?? 0;
  if (flags.isLogAppendTime === true) attributes |= LOG_APPEND_TIME;
  if (flags.isTransactional === true) attributes |= TRANSACTIONAL;
  if (flags.isControl === true) attributes |= CONTROL;
  if (flags.hasDeleteHorizon === true) attributes |= DELETE_HORIZON;
  return attributes;
}

/** The fields of a header beside its size and its checksum. Ids are -1 where there are none. */
export interface BatchHeader {
  readonly baseOffset: number;
  readonly partitionLeaderEpoch: number;
  /** As `attributesFrom` gives them. */
  readonly attributes: number;
  readonly lastOffsetDelta: number;
  readonly baseTimestamp: number;
  readonly maxTimestamp: number;
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly baseSequence: number;
  readonly recordCount: number;
}

/** Writes the header of a batch of `sizeBytes`, all but its checksum. */
export function writeBatchHeader(batch: Buffer, sizeBytes: number, header: BatchHeader): void {
  setBaseOffset(batch, 0, header.baseOffset);
  setBatchSizeBytes(batch, 0, sizeBytes);
  setPartitionLeaderEpoch(batch, 0, header.partitionLeaderEpoch);
  setMagic(batch, 0, MAGIC);
  setAttributes(batch, 0, header.attributes);
  setLastOffsetDelta(batch, 0, header.lastOffsetDelta);
  setBaseTimestamp(batch, 0, header.baseTimestamp);
  setMaxTimestamp(batch, 0, header.maxTimestamp);
  setProducer(batch, header);
  setRecordCount(batch, 0, header.recordCount);
}

/** Who wrote the batch, and which of its records this is the first of (KIP-98). */
export function setProducer(
  batch: Buffer,
  numbers: Pick<BatchHeader, "producerId" | "producerEpoch" | "baseSequence">,
): void {
  setProducerId(batch, 0, numbers.producerId);
  setProducerEpoch(batch, 0, numbers.producerEpoch);
  setBaseSequence(batch, 0, numbers.baseSequence);
}
