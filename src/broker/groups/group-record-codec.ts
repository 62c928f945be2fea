import { ZERO_UUID } from "../../base/uuid.ts";
import type {
  CommittedOffset,
  GroupMetadata,
  GroupRecord,
  OffsetRecord,
} from "../../core/groups/group-record.ts";
import * as wire from "../../wire/kafka/group-records.ts";

/** The value layouts that Kafka 4.3 writes. */
const OFFSET_VERSION = 4;
/** The only layout that has room for an expiry time. */
const EXPIRING_OFFSET_VERSION = 1;
const GROUP_VERSION = 3;

export interface EncodedRecord {
  readonly key: Buffer;
  /** Null is a tombstone. */
  readonly value: Buffer | null;
}

export function encodeGroupRecord(record: GroupRecord): EncodedRecord {
  return record.kind === "offset" ? encodeOffset(record) : encodeGroup(record.groupId, record.value);
}

/**
 * Null for records of the newer group types, and of types that we do not know: whoever loads a partition skips them.
 *
 * @throws DecodeError when bytes are malformed.
 */
export function decodeGroupRecord(key: Buffer, value: Buffer | null): GroupRecord | null {
  const record = wire.decodeGroupRecord(key, value);
  if (record?.name === "GroupMetadata") {
    return { kind: "group", groupId: record.key.group, value: groupOf(record.value) };
  }
  if (record?.name !== "OffsetCommit" && record?.name !== "LegacyOffsetCommit") return null;
  const { group: groupId, topic, partition } = record.key;
  return { kind: "offset", groupId, topic, partition, value: offsetOf(record.value) };
}

function encodeOffset({ groupId, topic, partition, value }: OffsetRecord): EncodedRecord {
  const key = wire.encodeCoordinatorKey(wire.OffsetCommit, { group: groupId, topic, partition });
  if (value === null) return { key, value: null };
  const version = value.expireTimestampMs === null ? OFFSET_VERSION : EXPIRING_OFFSET_VERSION;
  const fields = {
    offset: value.offset,
    leaderEpoch: value.leaderEpoch,
    metadata: value.metadata,
    commitTimestamp: value.commitTimestampMs,
    topicId: value.topicId,
    expireTimestamp: value.expireTimestampMs ?? -1,
  };
  return { key, value: wire.encodeCoordinatorValue(wire.OffsetCommit, version, fields) };
}

function encodeGroup(groupId: string, value: GroupMetadata | null): EncodedRecord {
  const key = wire.encodeCoordinatorKey(wire.GroupMetadata, { group: groupId });
  if (value === null) return { key, value: null };
  const fields = {
    protocolType: value.protocolType,
    generation: value.generation,
    protocol: value.protocolName,
    leader: value.leader,
    currentStateTimestamp: value.currentStateTimestampMs,
    members: value.members.map(({ rebalanceTimeoutMs, sessionTimeoutMs, ...member }) => ({
      ...member,
      rebalanceTimeout: rebalanceTimeoutMs,
      sessionTimeout: sessionTimeoutMs,
    })),
  };
  return { key, value: wire.encodeCoordinatorValue(wire.GroupMetadata, GROUP_VERSION, fields) };
}

type WireRecord<N extends wire.GroupRecord["name"]> = NonNullable<
  Extract<wire.GroupRecord, { name: N }>["value"]
>;

function offsetOf(
  value: WireRecord<"OffsetCommit"> | WireRecord<"LegacyOffsetCommit"> | null,
): CommittedOffset | null {
  if (value === null) return null;
  const { offset, metadata, commitTimestamp: commitTimestampMs } = value;
  const common = { offset, metadata, commitTimestampMs };
  if (!("leaderEpoch" in value))
    return { ...common, leaderEpoch: -1, expireTimestampMs: null, topicId: ZERO_UUID };
  const expireTimestampMs = value.expireTimestamp === -1 ? null : value.expireTimestamp;
  return { ...common, leaderEpoch: value.leaderEpoch, expireTimestampMs, topicId: value.topicId };
}

function groupOf(value: WireRecord<"GroupMetadata"> | null): GroupMetadata | null {
  if (value === null) return null;
  return {
    protocolType: value.protocolType,
    generation: value.generation,
    protocolName: value.protocol,
    leader: value.leader,
    currentStateTimestampMs: value.currentStateTimestamp,
    members: value.members.map(({ rebalanceTimeout, sessionTimeout, ...member }) => ({
      ...member,
      // Records from before rebalance timeouts use the session's.
      rebalanceTimeoutMs: rebalanceTimeout === -1 ? sessionTimeout : rebalanceTimeout,
      sessionTimeoutMs: sessionTimeout,
    })),
  };
}
