import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { readInt64 } from "../../wire/kafka/int64.ts";
import type { Entry } from "./entry.ts";

const OFFSET_ENTRY_BYTES = 8;
const TIME_ENTRY_BYTES = 12;
const TRANSACTION_ENTRY_BYTES = 34;

/** Entries hold offsets relative to the segment's base, which is the file's name. */
function baseOffsetOf(path: string): number {
  return Number(basename(path).slice(0, 20));
}

function* entriesOf(bytes: Buffer, entryBytes: number): Generator<number> {
  for (let at = 0; at + entryBytes <= bytes.length; at += entryBytes) yield at;
  // An index that is still open, or was not closed cleanly, may end in zeros that were set aside for it.
}

export function* dumpOffsetIndex(path: string): Generator<Entry> {
  const bytes = readFileSync(path);
  const base = baseOffsetOf(path);
  for (const at of entriesOf(bytes, OFFSET_ENTRY_BYTES)) {
    const position = bytes.readInt32BE(at + 4);
    if (at > 0 && position === 0) return;
    yield { offset: base + bytes.readInt32BE(at), position };
  }
}

export function* dumpTimeIndex(path: string): Generator<Entry> {
  const bytes = readFileSync(path);
  const base = baseOffsetOf(path);
  for (const at of entriesOf(bytes, TIME_ENTRY_BYTES)) {
    const timestamp = readInt64(bytes, at);
    if (at > 0 && timestamp === 0) return;
    yield { timestamp, offset: base + bytes.readInt32BE(at + 8) };
  }
}

/** Aborted transactions, as readers of committed records need them. */
export function* dumpTransactionIndex(path: string): Generator<Entry> {
  const bytes = readFileSync(path);
  for (const at of entriesOf(bytes, TRANSACTION_ENTRY_BYTES)) {
    yield {
      producerId: readInt64(bytes, at + 2),
      firstOffset: readInt64(bytes, at + 10),
      lastOffset: readInt64(bytes, at + 18),
      lastStableOffset: readInt64(bytes, at + 26),
    };
  }
}
