import { decodeControlRecord } from "../../wire/kafka/control-records.ts";
import type { DecodedRecord } from "../../wire/kafka/decode-records.ts";
import { decodeGroupRecord } from "../../wire/kafka/group-records.ts";
import { decodeMetadataRecord } from "../../wire/kafka/metadata-frame.ts";
import { DecodeError } from "../../wire/kafka/reader.ts";
import type { Entry } from "./entry.ts";

type ReadRecord = (record: DecodedRecord) => Entry;

/** How the records of a directory are shown: the broker's own logs by what they mean, others as text. */
export function recordReader(directory: string, isControl: boolean): ReadRecord {
  if (isControl) return orText(controlEntry);
  if (directory.startsWith("__cluster_metadata-")) return orText(metadataEntry);
  if (directory.startsWith("__consumer_offsets-")) return orText(groupEntry);
  return textEntry;
}

/** A record that we cannot decode is shown as it is, with the reason. */
function orText(read: ReadRecord): ReadRecord {
  return (record) => {
    try {
      return read(record);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      return { ...textEntry(record), problem: error.message };
    }
  };
}

function textEntry({ key, value }: DecodedRecord): Entry {
  return { key: key?.toString() ?? null, value: value?.toString() ?? null };
}

function controlEntry({ key, value }: DecodedRecord): Entry {
  const record = key === null || value === null ? null : decodeControlRecord(key, value);
  return record === null ? { control: "unknown" } : { control: record.kind, value: record.value };
}

function metadataEntry({ value }: DecodedRecord): Entry {
  if (value === null) return { value: null };
  const record = decodeMetadataRecord(value);
  return { record: record.name, version: record.version, value: record.value };
}

function groupEntry(record: DecodedRecord): Entry {
  const decoded = record.key === null ? null : decodeGroupRecord(record.key, record.value);
  if (decoded === null) return textEntry(record);
  return { record: decoded.name, key: decoded.key, value: decoded.value };
}
