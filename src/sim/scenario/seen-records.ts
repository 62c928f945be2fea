import {
  baseOffsetOf,
  BATCH_PREFIX_BYTES,
  batchSizeBytes,
  crcIsValid,
  decodeRecords,
  isControl,
  lastOffsetOf,
} from "../../wire/kafka/record-batch.ts";
import type { SeenBatch, SeenRecord } from "../invariants/history.ts";
import { Violation } from "../invariants/invariant.ts";
import { valueName } from "./record-values.ts";

export interface Seen {
  readonly batches: SeenBatch[];
  readonly records: SeenRecord[];
}

/** What a fetch returned, with the records from `fromOffset` on. A batch that is cut off at the end is left out. */
export function seenIn(bytes: Buffer | null, fromOffset: number): Seen {
  const seen: Seen = { batches: [], records: [] };
  let at = 0;
  while (bytes !== null && at + BATCH_PREFIX_BYTES <= bytes.length) {
    const sizeBytes = batchSizeBytes(bytes, at);
    if (at + sizeBytes > bytes.length) break;
    const baseOffset = baseOffsetOf(bytes, at);
    if (!crcIsValid(bytes, at)) {
      const invariant = { number: 7, name: "EveryChecksumHolds" };
      throw new Violation(invariant, `the batch at offset ${baseOffset} does not match its checksum`);
    }
    seen.batches.push({ baseOffset, lastOffset: lastOffsetOf(bytes, at), sizeBytes });
    if (!isControl(bytes, at)) {
      for (const { offset, timestamp, key, value } of decodeRecords(bytes, at)) {
        if (offset < fromOffset) continue;
        seen.records.push({
          offset,
          timestampMs: timestamp,
          key: key?.toString() ?? null,
          value: valueName(value),
        });
      }
    }
    at += sizeBytes;
  }
  return seen;
}
