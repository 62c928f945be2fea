/*
 * Record batches of magic 2 (KIP-98), the only format since Kafka 4: the header in place, the records walked
 * without objects or decoded to some, and batches built from records.
 */
export * from "./batch-header.ts";
export { buildBatch, type BatchInput, type RecordInput } from "./build-batch.ts";
export { decodeRecords, recordsBlock, type DecodedRecord } from "./decode-records.ts";
export { walkRecords, type RecordCursor } from "./walk-records.ts";
