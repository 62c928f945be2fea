import { readFileSync } from "node:fs";
import { crc32c } from "../../base/crc32c.ts";
import { readInt64 } from "../../wire/kafka/int64.ts";
import type { Entry } from "./entry.ts";

const HEADER_BYTES = 10;
const ENTRY_BYTES = 46;

/** What is remembered of each idempotent producer, so that a retry can be told from a new batch. */
export function* dumpProducerSnapshot(path: string): Generator<Entry> {
  const bytes = readFileSync(path);
  if (bytes.length < HEADER_BYTES) {
    yield { problem: `a snapshot has at least ${HEADER_BYTES} bytes, this one has ${bytes.length}` };
    return;
  }
  const isIntact = bytes.readUInt32BE(2) === crc32c(bytes.subarray(6));
  yield { version: bytes.readInt16BE(0), entries: bytes.readInt32BE(6), crc: isIntact ? "ok" : "BAD" };
  for (let at = HEADER_BYTES; at + ENTRY_BYTES <= bytes.length; at += ENTRY_BYTES) {
    yield {
      producerId: readInt64(bytes, at),
      epoch: bytes.readInt16BE(at + 8),
      lastSequence: bytes.readInt32BE(at + 10),
      lastOffset: readInt64(bytes, at + 14),
      offsetDelta: bytes.readInt32BE(at + 22),
      timestamp: readInt64(bytes, at + 26),
      coordinatorEpoch: bytes.readInt32BE(at + 34),
      transactionFirstOffset: readInt64(bytes, at + 38),
    };
  }
}
