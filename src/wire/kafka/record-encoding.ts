import { varintBytes, writeVarint } from "./varint.ts";

/*
 * One record of a batch (magic 2), written straight to where the batch is being built: this runs once per record and
 * is most of what a producer does, so lengths and counts have short ways of their own and nothing is allocated.
 * The broker's own batches are written by the same code.
 */

export interface RecordHeader {
  readonly key: string;
  readonly value: Buffer | null;
}

export interface RecordFields {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly RecordHeader[];
}

export const NO_HEADERS: readonly RecordHeader[] = [];

/** What lengths, deltas and attributes take at most, beside the bytes of key, value and headers. */
const OVERHEAD_BYTES = 36;
const HEADER_OVERHEAD_BYTES = 10;

/** An upper bound of what the record takes in a batch, close enough to decide whether it still fits. */
export function recordBytesMax(
  key: Buffer | null,
  value: Buffer | null,
  headers: readonly RecordHeader[],
): number {
  let size = OVERHEAD_BYTES;
  if (key !== null) size += key.length;
  if (value !== null) size += value.length;
  for (let i = 0; i < headers.length; i += 1) {
    const header = headers[i]!;
    size += HEADER_OVERHEAD_BYTES + Buffer.byteLength(header.key) + (header.value?.length ?? 0);
  }
  return size;
}

/** Where a record stands in its batch. */
export interface RecordPlace {
  readonly offsetDelta: number;
  readonly timestampDelta: number;
  /** Where in the buffer the record begins. */
  readonly at: number;
}

/** Writes a record and returns where it ends; there must be room for `recordBytesMax`. */
export function writeRecord(target: Buffer, place: RecordPlace, fields: RecordFields): number {
  const { offsetDelta, timestampDelta } = place;
  const { key, value, headers } = fields;
  const size =
    1 +
    (timestampDelta === 0 ? 1 : varintBytes(timestampDelta)) +
    countBytes(offsetDelta) +
    sizedBytes(key) +
    sizedBytes(value) +
    (headers.length === 0 ? 1 : headersBytes(headers));
  let at = writeCount(target, size, place.at);
  target[at] = 0; // A record has no attributes of its own.
  at = writeVarint(target, timestampDelta, at + 1);
  at = writeCount(target, offsetDelta, at);
  at = writeSized(target, key, at);
  at = writeSized(target, value, at);
  if (headers.length > 0) return writeHeaders(target, headers, at);
  target[at] = 0;
  return at + 1;
}

function headersBytes(headers: readonly RecordHeader[]): number {
  let size = countBytes(headers.length);
  for (const { key, value } of headers) {
    const keyBytes = Buffer.byteLength(key);
    size += countBytes(keyBytes) + keyBytes + sizedBytes(value);
  }
  return size;
}

function writeHeaders(target: Buffer, headers: readonly RecordHeader[], start: number): number {
  let at = writeCount(target, headers.length, start);
  for (const { key, value } of headers) {
    const keyBytes = Buffer.byteLength(key);
    at = writeCount(target, keyBytes, at);
    at += target.write(key, at, keyBytes, "utf8");
    at = writeSized(target, value, at);
  }
  return at;
}

/** The bytes of the varint of a whole number from 0 to 2^31 - 1. */
function countBytes(count: number): number {
  if (count < 0x40) return 1;
  if (count < 0x2000) return 2;
  if (count < 0x10_0000) return 3;
  return count < 0x800_0000 ? 4 : 5;
}

function writeCount(target: Buffer, count: number, start: number): number {
  let at = start;
  let rest = count * 2; // Zig-zag, of what is never negative.
  while (rest > 0x7f) {
    target[at++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  target[at++] = rest;
  return at;
}

function sizedBytes(bytes: Buffer | null): number {
  return bytes === null ? 1 : countBytes(bytes.length) + bytes.length;
}

function writeSized(target: Buffer, bytes: Buffer | null, at: number): number {
  if (bytes === null) {
    target[at] = 1; // The varint of -1.
    return at + 1;
  }
  const start = writeCount(target, bytes.length, at);
  target.set(bytes, start);
  return start + bytes.length;
}
