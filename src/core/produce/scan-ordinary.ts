/** What one pass over a batch's records found. Timestamps are deltas to the batch's base, in ms. */
export interface RecordScan {
  readonly timestampDeltaMax: number;
  readonly timestampDeltaMin: number;
  /** The offset deltas are 0, 1, 2, … */
  readonly isSequential: boolean;
  readonly hasNullKey: boolean;
}

const NOT_ORDINARY = -1;

/** One for all batches: the hot path makes no object per batch. */
const found = { timestampDeltaMax: 0, timestampDeltaMin: 0, isSequential: true, hasNullKey: false };

/**
 * Proves that a block holds `count` records of the shape that nearly all have: offset deltas 0, 1, 2, …, no
 * headers, every number in at most three bytes and in no more than it needs. Null when a record is
 * different, which says nothing against it: then `walkRecords` has the word.
 *
 * With 100-byte records, proving that a batch can be read was the largest single cost of storing it; this
 * takes a quarter of the walk's time. The result is valid until the next call.
 */
export function scanOrdinary(block: Uint8Array, count: number): RecordScan | null {
  const { length } = block;
  let at = 0;
  let latest = -Infinity;
  let earliest = Infinity;
  let hasNullKey = false;
  for (let index = 0; index < count; index += 1) {
    const size = shortVarint(block, at);
    at += sizeOf(size);
    const end = at + (size >>> 1);
    if (isOdd(size) || end > length) return null;

    at += 1; // The attributes, of which none is defined.
    const timestamp = shortVarint(block, at);
    at += sizeOf(timestamp);
    const offset = shortVarint(block, at);
    at += sizeOf(offset);
    if (timestamp === NOT_ORDINARY || offset !== index << 1) return null;
    const timestampDelta = (timestamp >>> 1) ^ -(timestamp & 1);
    if (timestampDelta > latest) latest = timestampDelta;
    if (timestampDelta < earliest) earliest = timestampDelta;

    const keySize = shortVarint(block, at);
    at += sizeOf(keySize);
    if (keySize === NULL_SIZE) hasNullKey = true;
    else if (isOdd(keySize)) return null;
    else at += keySize >>> 1;
    if (at >= end) return null;

    const valueSize = shortVarint(block, at);
    at += sizeOf(valueSize);
    if (valueSize !== NULL_SIZE) {
      if (isOdd(valueSize)) return null;
      at += valueSize >>> 1;
    }
    if (at + 1 !== end || block[at] !== 0) return null; // No headers.
    at = end;
  }
  if (at !== length) return null;
  found.timestampDeltaMax = latest;
  found.timestampDeltaMin = earliest;
  found.hasNullKey = hasNullKey;
  return found;
}

/** -1, as zigzag. */
const NULL_SIZE = 1;

/** Negative as a number, or not ordinary. */
function isOdd(zigZag: number): boolean {
  return (zigZag & 1) === 1;
}

/**
 * The zigzag of a varint of up to three bytes, not yet undone. What is longer, padded with zeros or cut off by the
 * block's end is not ordinary.
 */
function shortVarint(block: Uint8Array, at: number): number {
  const first = block[at]!;
  if (first < 0x80) return first;
  const second = block[at + 1]!;
  if (second < 0x80) return second === 0 ? NOT_ORDINARY : (first & 0x7f) | (second << 7);
  const third = block[at + 2]!;
  if (third < 0x80 && third > 0) return (first & 0x7f) | ((second & 0x7f) << 7) | (third << 14);
  return NOT_ORDINARY;
}

/** How many bytes that varint took. */
function sizeOf(zigZag: number): number {
  return zigZag < 0x80 ? 1 : zigZag < 0x4000 ? 2 : 3;
}
