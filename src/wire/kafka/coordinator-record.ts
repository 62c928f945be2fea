import { DecodeError, Reader } from "./reader.ts";
import {
  decodeStruct,
  encodeStruct,
  hasVersion,
  versionedStruct,
  type AnyType,
  type FlexibleSince,
  type StructInputOf,
  type StructOf,
  type VersionedStruct,
} from "./schema.ts";
import { Writer } from "./writer.ts";

/**
 * One kind of record that a coordinator keeps in its topic. The key begins with the type of the record, the
 * value with the version of its own layout; a null value takes the record back.
 */
export interface CoordinatorRecordTable<Key extends AnyType = AnyType, Value extends AnyType = AnyType> {
  readonly type: number;
  readonly name: string;
  readonly key: VersionedStruct<Key>;
  readonly value: VersionedStruct<Value>;
}

export function coordinatorRecord<Key extends AnyType, Value extends AnyType>(table: {
  readonly type: number;
  readonly name: string;
  /** The value's; both inclusive. A key has one layout for ever, because it must stay equal to itself. */
  readonly versions: readonly [first: number, last: number];
  readonly flexibleSince: FlexibleSince;
  readonly key: Key;
  readonly value: Value;
}): CoordinatorRecordTable<Key, Value> {
  const { type, name, versions, flexibleSince } = table;
  return {
    type,
    name,
    key: versionedStruct({ name: `${name}Key`, versions: [0, 0], flexibleSince: "never", body: table.key }),
    value: versionedStruct({ name: `${name}Value`, versions, flexibleSince, body: table.value }),
  };
}

export function encodeCoordinatorKey<T extends CoordinatorRecordTable>(
  table: T,
  key: StructInputOf<T["key"]>,
): Buffer {
  const writer = new Writer();
  writer.int16(table.type);
  encodeStruct(table.key, 0, writer, key);
  return writer.toBuffer();
}

export function encodeCoordinatorValue<T extends CoordinatorRecordTable>(
  table: T,
  version: number,
  value: StructInputOf<T["value"]>,
): Buffer {
  const writer = new Writer();
  writer.int16(version);
  encodeStruct(table.value, version, writer, value);
  return writer.toBuffer();
}

/** A decoded record of one of the tables `T`, told apart by its name. A null value is a tombstone. */
export type CoordinatorRecord<T extends Readonly<Record<string, CoordinatorRecordTable>>> = {
  [N in keyof T]: {
    readonly name: N;
    readonly key: StructOf<T[N]["key"]>;
    readonly value: StructOf<T[N]["value"]> | null;
  };
}[keyof T];

/**
 * Null when the key's type is none of the tables: a newer coordinator wrote it, and loaders skip it.
 * @throws DecodeError when the value's version is not known or bytes are malformed.
 */
export function decodeCoordinatorRecord<T extends Readonly<Record<string, CoordinatorRecordTable>>>(
  tables: T,
  keyBytes: Buffer,
  valueBytes: Buffer | null,
): CoordinatorRecord<T> | null {
  const keyReader = new Reader(keyBytes);
  const type = keyReader.int16();
  const table = Object.values(tables).find((candidate) => candidate.type === type);
  if (table === undefined) return null;
  const key: unknown = decodeStruct(table.key, 0, keyReader);
  const value = valueBytes === null ? null : decodeValue(table, valueBytes);
  return { name: table.name, key, value } as CoordinatorRecord<T>;
}

function decodeValue(table: CoordinatorRecordTable, bytes: Buffer): unknown {
  const reader = new Reader(bytes);
  const version = reader.int16();
  if (!hasVersion(table.value, version)) {
    throw new DecodeError(`A value of ${table.name} has version ${version}, which is not known`);
  }
  return decodeStruct(table.value, version, reader) as unknown;
}
