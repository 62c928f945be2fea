import { DecodeError, Reader } from "./reader.ts";
import {
  array,
  bytes,
  decodeStruct,
  defaulted,
  encodeStruct,
  int32,
  nullable,
  since,
  string,
  struct,
  versionedStruct,
  type StructInputOf,
  type StructOf,
  type VersionedStruct,
} from "./schema.ts";
import { Writer } from "./writer.ts";

/*
 * What consumers tell each other through a classic group of protocol type "consumer". The broker carries
 * these bytes unread; it looks into them only to tell which topics a group subscribes to.
 */

const topicPartition = struct({ topic: string, partitions: array(int32) });

/** v1: owned partitions (KIP-429). v2: the generation they are from (KIP-792). v3: racks (KIP-881). */
export const Subscription = versionedStruct({
  name: "ConsumerProtocolSubscription",
  versions: [0, 3],
  flexibleSince: "never",
  body: struct({
    topics: array(string),
    userData: defaulted(nullable(bytes), null),
    ownedPartitions: since(1, array(topicPartition), []),
    generationId: since(2, int32, -1),
    rackId: since(3, nullable(string), null),
  }),
});

export const Assignment = versionedStruct({
  name: "ConsumerProtocolAssignment",
  versions: [0, 3],
  flexibleSince: "never",
  body: struct({
    assignedPartitions: array(topicPartition),
    userData: defaulted(nullable(bytes), null),
  }),
});

/** @throws DecodeError when the bytes are not a subscription. */
export function decodeSubscription(data: Buffer): StructOf<typeof Subscription> {
  return decodeVersioned(Subscription, data);
}

/** @throws DecodeError when the bytes are not an assignment. */
export function decodeAssignment(data: Buffer): StructOf<typeof Assignment> {
  return decodeVersioned(Assignment, data);
}

export function encodeSubscription(version: number, value: StructInputOf<typeof Subscription>): Buffer {
  return encodeVersioned(Subscription, version, value);
}

export function encodeAssignment(version: number, value: StructInputOf<typeof Assignment>): Buffer {
  return encodeVersioned(Assignment, version, value);
}

/** A version newer than ours is read as our newest: later ones only add fields behind (KIP-429). */
function decodeVersioned<S extends VersionedStruct>(table: S, data: Buffer): StructOf<S> {
  const reader = new Reader(data);
  const version = reader.int16();
  if (version < 0) throw new DecodeError(`A ${table.name} of version ${version}`);
  return decodeStruct(table, Math.min(version, table.versions[1]), reader);
}

function encodeVersioned<S extends VersionedStruct>(
  table: S,
  version: number,
  value: StructInputOf<S>,
): Buffer {
  const writer = new Writer();
  writer.int16(version);
  encodeStruct(table, version, writer, value);
  return writer.toBuffer();
}
