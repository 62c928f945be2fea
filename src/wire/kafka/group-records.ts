import { decodeCoordinatorRecord, type CoordinatorRecord } from "./coordinator-record.ts";
import { groupRecords } from "./group-records/index.ts";

/*
 * The records of `__consumer_offsets`. Encode with `encodeCoordinatorKey(OffsetCommit, ...)` and
 * `encodeCoordinatorValue(OffsetCommit, version, ...)`.
 */
export { encodeCoordinatorKey, encodeCoordinatorValue } from "./coordinator-record.ts";
export { groupRecords } from "./group-records/index.ts";
export { GroupMetadata, OffsetCommit } from "./group-records/index.ts";

export type GroupRecord = CoordinatorRecord<typeof groupRecords>;

/**
 * Null when the record is of a type we do not know.
 * @throws DecodeError when the value's version is not known or bytes are malformed.
 */
export function decodeGroupRecord(key: Buffer, value: Buffer | null): GroupRecord | null {
  return decodeCoordinatorRecord(groupRecords, key, value);
}
