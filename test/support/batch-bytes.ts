import { crc32c } from "../../src/base/crc32c.ts";

/*
 * Record batches (magic 2) byte by byte, also wrong ones: the tests' own writer, so that a mistake in the
 * project's writer cannot hide itself.
 */

const HEADER_BYTES = 61;
const CRC_STARTS_AT = 21;

export interface RecordBytes {
  readonly key?: Buffer | string | null;
  readonly value?: Buffer | string | null;
  readonly headers?: ReadonlyArray<readonly [key: string | null, value: string]>;
  readonly timestampDelta?: number;
  /** Default: the record's place in the batch. */
  readonly offsetDelta?: number;
  readonly attributes?: number;
  /** Added to the record's own length field. */
  readonly lengthError?: number;
}

export interface BatchBytes {
  readonly records?: readonly RecordBytes[];
  /** Replaces the encoded records, for instance by compressed or junk bytes. */
  readonly body?: (plain: Buffer) => Buffer;
  readonly baseOffset?: number;
  readonly leaderEpoch?: number;
  readonly magic?: number;
  readonly attributes?: number;
  readonly baseTimestamp?: number;
  readonly maxTimestamp?: number;
  readonly producerId?: number;
  readonly producerEpoch?: number;
  readonly baseSequence?: number;
  readonly recordCount?: number;
  readonly lastOffsetDelta?: number;
  readonly batchLength?: number;
  readonly breakCrc?: true;
}

function varint(value: number): Buffer {
  let rest = value >= 0 ? value * 2 : -value * 2 - 1; // Zigzag.
  const out: number[] = [];
  while (rest > 0x7f) {
    out.push((rest % 128) | 0x80);
    rest = Math.floor(rest / 128);
  }
  out.push(rest);
  return Buffer.from(out);
}

function sized(content: Buffer | string | null | undefined): Buffer {
  if (content === null || content === undefined) return varint(-1);
  const bytes = Buffer.from(content);
  return Buffer.concat([varint(bytes.length), bytes]);
}

function recordBytes(record: RecordBytes, place: number): Buffer {
  const headers = record.headers ?? [];
  const content = Buffer.concat([
    Buffer.from([record.attributes ?? 0]),
    varint(record.timestampDelta ?? 0),
    varint(record.offsetDelta ?? place),
    sized(record.key === undefined ? "k" : record.key),
    sized(record.value === undefined ? "v" : record.value),
    varint(headers.length),
    ...headers.flatMap(([key, value]) => [sized(key), sized(value)]),
  ]);
  return Buffer.concat([varint(content.length + (record.lengthError ?? 0)), content]);
}

/** The bytes of one batch; what is not given is as a correct client writes it. */
export function batchBytes(batch: BatchBytes = {}): Buffer {
  const records = batch.records ?? [{}];
  const plain = Buffer.concat(records.map(recordBytes));
  const body = batch.body?.(plain) ?? plain;
  const base = batch.baseTimestamp ?? Date.now();
  const latest = Math.max(0, ...records.map((record) => record.timestampDelta ?? 0));
  const bytes = Buffer.alloc(HEADER_BYTES + body.length);
  bytes.writeBigInt64BE(BigInt(batch.baseOffset ?? 0), 0);
  bytes.writeInt32BE(batch.batchLength ?? bytes.length - 12, 8);
  bytes.writeInt32BE(batch.leaderEpoch ?? -1, 12);
  bytes.writeInt8(batch.magic ?? 2, 16);
  bytes.writeInt16BE(batch.attributes ?? 0, 21);
  bytes.writeInt32BE(batch.lastOffsetDelta ?? records.length - 1, 23);
  bytes.writeBigInt64BE(BigInt(base), 27);
  bytes.writeBigInt64BE(BigInt(batch.maxTimestamp ?? base + latest), 35);
  bytes.writeBigInt64BE(BigInt(batch.producerId ?? -1), 43);
  bytes.writeInt16BE(batch.producerEpoch ?? -1, 51);
  bytes.writeInt32BE(batch.baseSequence ?? -1, 53);
  bytes.writeInt32BE(batch.recordCount ?? records.length, 57);
  body.copy(bytes, HEADER_BYTES);
  const crc = crc32c(bytes.subarray(CRC_STARTS_AT));
  bytes.writeUInt32BE(batch.breakCrc === true ? (crc ^ 1) >>> 0 : crc, 17);
  return bytes;
}

export interface SeenBatch {
  readonly baseOffset: number;
  readonly leaderEpoch: number;
  readonly attributes: number;
  readonly lastOffsetDelta: number;
  readonly baseTimestamp: number;
  readonly maxTimestamp: number;
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly baseSequence: number;
  readonly recordCount: number;
  readonly isCrcValid: boolean;
  /** Hexadecimal, or the codec's number where the records are compressed. */
  readonly records: string;
}

/** What a record set holds: its whole batches, and whether a cut one follows. */
export function seeBatches(set: Buffer): { readonly batches: SeenBatch[]; readonly isCut: boolean } {
  const batches: SeenBatch[] = [];
  let at = 0;
  while (at + HEADER_BYTES <= set.length) {
    const end = at + 12 + set.readInt32BE(at + 8);
    if (end > set.length || end < at + HEADER_BYTES) break;
    batches.push(seeBatch(set.subarray(at, end)));
    at = end;
  }
  return { batches, isCut: at < set.length };
}

function seeBatch(bytes: Buffer): SeenBatch {
  const attributes = bytes.readInt16BE(21);
  const codec = attributes & 7;
  return {
    baseOffset: Number(bytes.readBigInt64BE(0)),
    leaderEpoch: bytes.readInt32BE(12),
    attributes,
    lastOffsetDelta: bytes.readInt32BE(23),
    baseTimestamp: Number(bytes.readBigInt64BE(27)),
    maxTimestamp: Number(bytes.readBigInt64BE(35)),
    producerId: Number(bytes.readBigInt64BE(43)),
    producerEpoch: bytes.readInt16BE(51),
    baseSequence: bytes.readInt32BE(53),
    recordCount: bytes.readInt32BE(57),
    isCrcValid: bytes.readUInt32BE(17) === crc32c(bytes.subarray(CRC_STARTS_AT)),
    records: codec === 0 ? bytes.toString("hex", HEADER_BYTES, HEADER_BYTES + 200) : `codec ${codec}`,
  };
}
