import { versionedStruct, type AnyType, type VersionedStruct } from "./schema.ts";

/** One kind of record in `__cluster_metadata`. All of them are flexible at every version (KIP-631). */
export interface MetadataRecordTable<Body extends AnyType = AnyType> extends VersionedStruct<Body> {
  readonly id: number;
}

export function metadataRecord<Body extends AnyType>(table: {
  readonly id: number;
  readonly name: string;
  readonly versions: readonly [first: number, last: number]; // Both inclusive.
  readonly body: Body;
}): MetadataRecordTable<Body> {
  const { id, ...struct } = table;
  return { ...versionedStruct({ ...struct, flexibleSince: 0 }), id };
}
