import { DecodeError, Reader } from "./reader.ts";
import {
  array,
  decodeStruct,
  encodeStruct,
  int16,
  int32,
  int64,
  since,
  string,
  struct,
  uint16,
  uuid,
  versionedStruct,
  type StructInputOf,
  type StructOf,
  type VersionedStruct,
} from "./schema.ts";
import { ZERO_UUID } from "../../base/uuid.ts";
import { Writer } from "./writer.ts";

/*
 * The records of control batches. The key holds a version and the type; the value is led by its version.
 * Transaction markers (KIP-98) stand in any log, the others in `__cluster_metadata` only (KIP-595, KIP-630,
 * KIP-853).
 */

const KEY_VERSION = 0;
const KEY_BYTES = 4;

/** The value of a marker that ends a transaction, whichever way. Its version lies in front of the body. */
export const EndTxnMarker = versionedStruct({
  name: "EndTxnMarker",
  versions: [0, 0],
  flexibleSince: "never",
  body: struct({ coordinatorEpoch: int32 }),
});

const voter = struct({ voterId: int32, voterDirectoryId: since(1, uuid, ZERO_UUID) });

/** The first record of a leader's epoch. v1: directories of voters (KIP-853). */
export const LeaderChange = versionedStruct({
  name: "LeaderChangeMessage",
  versions: [0, 1],
  flexibleSince: 0,
  body: struct({
    version: int16,
    leaderId: int32,
    voters: array(voter),
    grantingVoters: array(voter),
  }),
});

export const SnapshotHeader = versionedStruct({
  name: "SnapshotHeaderRecord",
  versions: [0, 0],
  flexibleSince: 0,
  body: struct({ version: int16, lastContainedLogTimestamp: int64 }),
});

export const SnapshotFooter = versionedStruct({
  name: "SnapshotFooterRecord",
  versions: [0, 0],
  flexibleSince: 0,
  body: struct({ version: int16 }),
});

export const KRaftVersion = versionedStruct({
  name: "KRaftVersionRecord",
  versions: [0, 0],
  flexibleSince: 0,
  body: struct({ version: int16, kRaftVersion: int16 }),
});

export const Voters = versionedStruct({
  name: "VotersRecord",
  versions: [0, 0],
  flexibleSince: 0,
  body: struct({
    version: int16,
    voters: array(
      struct({
        voterId: int32,
        voterDirectoryId: uuid,
        endpoints: array(struct({ name: string, host: string, port: uint16 })),
        kRaftVersionFeature: struct({ minSupportedVersion: int16, maxSupportedVersion: int16 }),
      }),
    ),
  }),
});

/** The kinds by their number; the two first are the outcomes of a transaction. */
const kinds = [
  "abort",
  "commit",
  "leader-change",
  "snapshot-header",
  "snapshot-footer",
  "kraft-version",
  "voters",
];

const tables = {
  abort: EndTxnMarker,
  commit: EndTxnMarker,
  "leader-change": LeaderChange,
  "snapshot-header": SnapshotHeader,
  "snapshot-footer": SnapshotFooter,
  "kraft-version": KRaftVersion,
  voters: Voters,
} as const;

type Tables = typeof tables;
export type ControlKind = keyof Tables;

export type ControlRecord = {
  [K in ControlKind]: { readonly kind: K; readonly value: StructOf<Tables[K]> };
}[ControlKind];

export type ControlRecordInput = {
  [K in ControlKind]: { readonly kind: K; readonly value: StructInputOf<Tables[K]> };
}[ControlKind];

export interface KeyAndValue {
  readonly key: Buffer;
  readonly value: Buffer;
}

/** The key and value to put into a control batch. */
export function encodeControlRecord(record: ControlRecordInput): KeyAndValue {
  const key = Buffer.alloc(KEY_BYTES);
  key.writeInt16BE(KEY_VERSION, 0);
  key.writeInt16BE(kinds.indexOf(record.kind), 2);
  const table: VersionedStruct = tables[record.kind];
  const writer = new Writer();
  const version = "version" in record.value ? record.value.version : 0;
  if (table === EndTxnMarker) writer.int16(version);
  encodeStruct(table, version, writer, record.value);
  return { key, value: writer.toBuffer() };
}

/**
 * Which kind a control record is, or null when it is one that we do not know: readers skip those.
 * @throws DecodeError when the key is cut short.
 */
export function controlKindOf(key: Buffer): ControlKind | null {
  if (key.length < KEY_BYTES) throw new DecodeError(`A control record's key of ${key.length} bytes`);
  return (kinds[key.readInt16BE(2)] as ControlKind | undefined) ?? null;
}

/**
 * Null when the kind is not known.
 * @throws DecodeError when bytes are malformed or a version is not known.
 */
export function decodeControlRecord(key: Buffer, value: Buffer): ControlRecord | null {
  const kind = controlKindOf(key);
  if (kind === null) return null;
  const table: VersionedStruct = tables[kind];
  const reader = new Reader(value);
  const version = reader.int16();
  if (version < table.versions[0]) throw new DecodeError(`A ${table.name} of version ${version}`);
  // The version of a marker lies in front of its body, that of the others is the body's first field.
  if (table !== EndTxnMarker) reader.position = 0;
  const body: unknown = decodeStruct(table, Math.min(version, table.versions[1]), reader);
  return { kind, value: body } as ControlRecord;
}
