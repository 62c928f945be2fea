import { metadataRecords } from "./metadata-records/index.ts";
import type { MetadataRecordTable } from "./metadata-record.ts";
import { DecodeError, Reader } from "./reader.ts";
import { decodeStruct, encodeStruct, hasVersion, type StructInputOf, type StructOf } from "./schema.ts";
import { Writer } from "./writer.ts";

/*
 * A record's value in `__cluster_metadata` is a frame: its own version, the record's id, the record's
 * version, then the record. The key is null.
 */

const FRAME_VERSION = 1;

type Tables = typeof metadataRecords;
export type MetadataRecordName = keyof Tables;

/** A decoded record, told apart by its name. */
export type MetadataRecord = {
  [N in MetadataRecordName]: {
    readonly name: N;
    readonly version: number;
    readonly value: StructOf<Tables[N]>;
  };
}[MetadataRecordName];

/** A record to encode, at the newest version when it states none. */
export type MetadataRecordInput = {
  [N in MetadataRecordName]: {
    readonly name: N;
    readonly version?: number;
    readonly value: StructInputOf<Tables[N]>;
  };
}[MetadataRecordName];

const tables: readonly MetadataRecordTable[] = Object.values(metadataRecords);
const tableById = new Map(tables.map((table) => [table.id, table]));

export function encodeMetadataRecord(record: MetadataRecordInput): Buffer {
  const table: MetadataRecordTable = metadataRecords[record.name];
  const version = record.version ?? table.versions[1];
  const writer = new Writer();
  writer.uvarint(FRAME_VERSION);
  writer.uvarint(table.id);
  writer.uvarint(version);
  encodeStruct(table, version, writer, record.value);
  return writer.toBuffer();
}

/**
 * A record that we do not know is refused, not skipped: whoever replays the log without it ends up with
 * another cluster than the rest.
 * @throws DecodeError for unknown frames, records and versions, and for malformed bytes.
 */
export function decodeMetadataRecord(bytes: Buffer): MetadataRecord {
  const reader = new Reader(bytes);
  const frameVersion = reader.uvarint();
  if (frameVersion !== FRAME_VERSION) throw new DecodeError(`A metadata frame of version ${frameVersion}`);
  const id = reader.uvarint();
  const version = reader.uvarint();
  const table = tableById.get(id);
  if (table === undefined || !hasVersion(table, version)) {
    throw new DecodeError(`Metadata record ${id} of version ${version} is not known`);
  }
  const value: unknown = decodeStruct(table, version, reader);
  return { name: table.name, version, value } as MetadataRecord;
}
