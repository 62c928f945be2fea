import { decodeRecords, type DecodedRecord } from "../wire/kafka/decode-records.ts";
import { BATCH_HEADER_BYTES, batchSizeBytes, isControl, lastOffsetOf } from "../wire/kafka/record-batch.ts";

export interface FetchedRecords {
  readonly records: readonly DecodedRecord[];
  /** Where the next fetch goes on: behind the last whole batch, also when it held nothing to see. */
  readonly nextOffset: number;
}

/**
 * The records of a fetched block from `offset` on. A block begins with the batch that holds `offset`, so
 * older records may lead; it may end in a part of a batch, which the next fetch brings whole. Control batches
 * are the transaction coordinator's, not the reader's.
 */
export function fetchedRecords(block: Buffer, offset: number): FetchedRecords {
  const records: DecodedRecord[] = [];
  let nextOffset = offset;
  let at = 0;
  while (block.length - at >= BATCH_HEADER_BYTES) {
    const sizeBytes = batchSizeBytes(block, at);
    if (sizeBytes < BATCH_HEADER_BYTES || sizeBytes > block.length - at) break;
    const lastOffset = lastOffsetOf(block, at);
    if (lastOffset >= offset && !isControl(block, at)) {
      for (const record of decodeRecords(block, at)) {
        if (record.offset >= offset) records.push(record);
      }
    }
    nextOffset = Math.max(nextOffset, lastOffset + 1);
    at += sizeBytes;
  }
  return { records, nextOffset };
}
