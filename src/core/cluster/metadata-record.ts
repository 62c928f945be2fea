import { metadataRecords } from "../../wire/kafka/metadata-records/index.ts";
import { DecodeError, Reader } from "../../wire/kafka/reader.ts";
import { decodeStruct, encodeStruct, hasVersion, type StructOf } from "../../wire/kafka/schema.ts";
import { Writer } from "../../wire/kafka/writer.ts";
import { recordVersion } from "./metadata-version.ts";

type Tables = typeof metadataRecords;
export type RecordType = keyof Tables;

/** The fields of a record; all of them, so that a live record and the same one read back can't differ. */
export type RecordValue<T extends RecordType> = StructOf<Tables[T]>;

/** One record of `__cluster_metadata`. */
export type MetadataRecord = {
  [T in RecordType]: { readonly type: T; readonly value: RecordValue<T> };
}[RecordType];

/** Kafka's frame around each record: its own version, then the record's type and version. */
const FRAME_VERSION = 1;

const tablesById = new Map(Object.values(metadataRecords).map((table) => [table.id, table]));

export function encodeMetadataRecord(record: MetadataRecord, metadataVersion: number): Buffer {
  const table = metadataRecords[record.type];
  const version = recordVersion(record, metadataVersion);
  const writer = new Writer();
  writer.uvarint(FRAME_VERSION);
  writer.uvarint(table.id);
  writer.uvarint(version);
  encodeStruct<typeof table>(table, version, writer, record.value as never);
  return Buffer.concat(writer.finish());
}

/** @throws DecodeError when the bytes are no record that Kafka 4.3 knows: going on could corrupt the image. */
export function decodeMetadataRecord(bytes: Buffer): MetadataRecord {
  const reader = new Reader(bytes);
  const frameVersion = reader.uvarint();
  if (frameVersion !== FRAME_VERSION) throw new DecodeError(`A metadata record frame of version ${frameVersion}`);
  const id = reader.uvarint();
  const version = reader.uvarint();
  const table = tablesById.get(id);
  if (table === undefined || !hasVersion(table, version)) {
    throw new DecodeError(`A metadata record of type ${id}, version ${version}, from a newer Kafka`);
  }
  return { type: table.name, value: decodeStruct(table, version, reader) } as MetadataRecord;
}
