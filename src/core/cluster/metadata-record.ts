import {
  decodeMetadataRecord as decodeFrame,
  encodeMetadataRecord as encodeFrame,
  type MetadataRecordInput,
  type MetadataRecordName,
} from "../../wire/kafka/metadata-frame.ts";
import type { metadataRecords } from "../../wire/kafka/metadata-records/index.ts";
import type { StructOf } from "../../wire/kafka/schema.ts";
import { recordVersion } from "./metadata-version.ts";

/** The fields of a record; all of them, so that a live record and the same one read back can't differ. */
export type RecordValue<N extends MetadataRecordName> = StructOf<(typeof metadataRecords)[N]>;

/** One record of `__cluster_metadata`. Its version is not part of it: that follows from the metadata version. */
export type MetadataRecord = {
  [N in MetadataRecordName]: { readonly name: N; readonly value: RecordValue<N> };
}[MetadataRecordName];

/** As every node at this metadata version can read it. */
export function encodeMetadataRecord(record: MetadataRecord, metadataVersion: number): Buffer {
  const input: MetadataRecordInput = { ...record, version: recordVersion(record, metadataVersion) };
  return encodeFrame(input);
}

/** @throws DecodeError when this is no record that we know: going on without it could corrupt the image. */
export function decodeMetadataRecord(bytes: Buffer): MetadataRecord {
  return decodeFrame(bytes);
}
