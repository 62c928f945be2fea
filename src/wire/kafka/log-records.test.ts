import assert from "node:assert/strict";
import { test } from "node:test";
import { refusesDamage, roundTrips, versionsOf } from "../../../test/support/codec-properties.ts";
import * as protocol from "./consumer-protocol.ts";
import * as control from "./control-records.ts";
import type { CoordinatorRecordTable } from "./coordinator-record.ts";
import {
  decodeGroupRecord,
  encodeCoordinatorKey,
  encodeCoordinatorValue,
  groupRecords,
  GroupMetadata,
  OffsetCommit,
} from "./group-records.ts";
import { decodeMetadataRecord, encodeMetadataRecord } from "./metadata-frame.ts";
import { metadataRecords } from "./metadata-records/index.ts";
import { DecodeError } from "./reader.ts";
import type { VersionedStruct } from "./schema.ts";
import { ShareSnapshot } from "./share-records/00-share-snapshot.ts";
import { ShareUpdate } from "./share-records/01-share-update.ts";
import { TransactionLog } from "./transaction-records/00-transaction-log.ts";

const RUNS = 10;

const coordinatorRecords: CoordinatorRecordTable[] = [
  ...Object.values<CoordinatorRecordTable>(groupRecords),
  TransactionLog,
  ShareSnapshot,
  ShareUpdate,
];

const tables: VersionedStruct[] = [
  ...Object.values<VersionedStruct>(metadataRecords),
  ...coordinatorRecords.flatMap(({ key, value }) => [key, value]),
  protocol.Assignment,
  protocol.Subscription,
  control.EndTxnMarker,
  control.KRaftVersion,
  control.LeaderChange,
  control.SnapshotFooter,
  control.SnapshotHeader,
  control.Voters,
];

for (const table of tables) {
  test(`${table.name} decodes what it encodes and refuses damage by DecodeError alone`, () => {
    for (const version of versionsOf(table)) {
      roundTrips(table, version, RUNS);
      refusesDamage(table, version, RUNS);
    }
  });
}

test("a metadata record travels in Kafka's frame", () => {
  const bytes = encodeMetadataRecord({
    name: "TopicRecord",
    value: { name: "orders", topicId: "AAAAAAAAAAAAAAAAAAAAAQ" },
  });
  assert.equal(bytes.toString("hex"), "01" + "02" + "00" + "076f7264657273" + "0".repeat(31) + "1" + "00");
  assert.deepEqual(decodeMetadataRecord(bytes), {
    name: "TopicRecord",
    version: 0,
    value: { name: "orders", topicId: "AAAAAAAAAAAAAAAAAAAAAQ" },
  });
});

test("a metadata record or version that we do not know is refused, not skipped", () => {
  for (const hex of ["027f00", "01ff0100", "010207"]) {
    assert.throws(() => decodeMetadataRecord(Buffer.from(hex, "hex")), DecodeError);
  }
});

test("a committed offset is a key of type 1 and a value of its own version", () => {
  const key = encodeCoordinatorKey(OffsetCommit, { group: "g", topic: "t", partition: 2 });
  const value = encodeCoordinatorValue(OffsetCommit, 3, {
    offset: 9,
    leaderEpoch: 4,
    metadata: "",
    commitTimestamp: 1000,
  });
  assert.equal(key.toString("hex"), "0001" + "000167" + "000174" + "00000002");
  assert.equal(value.toString("hex"), "0003" + "0000000000000009" + "00000004" + "0000" + "00000000000003e8");
  const record = decodeGroupRecord(key, value);
  assert(record?.name === "OffsetCommit");
  assert.deepEqual(record.key, { group: "g", topic: "t", partition: 2 });
  assert.equal(record.value?.offset, 9);
});

test("a group record without a value is a tombstone", () => {
  const key = encodeCoordinatorKey(GroupMetadata, { group: "g" });
  assert.deepEqual(decodeGroupRecord(key, null), { name: "GroupMetadata", key: { group: "g" }, value: null });
});

test("a group record of unknown type is skipped, one of unknown version is refused", () => {
  assert.equal(decodeGroupRecord(Buffer.from("00630000", "hex"), null), null);
  const key = encodeCoordinatorKey(GroupMetadata, { group: "g" });
  assert.throws(() => decodeGroupRecord(key, Buffer.from("0063", "hex")), DecodeError);
});

test("a transaction marker holds its version in front of the coordinator's epoch", () => {
  const { key, value } = control.encodeControlRecord({ kind: "commit", value: { coordinatorEpoch: 7 } });
  assert.equal(key.toString("hex"), "00000001");
  assert.equal(value.toString("hex"), "0000" + "00000007");
  assert.deepEqual(control.decodeControlRecord(key, value), {
    kind: "commit",
    value: { coordinatorEpoch: 7 },
  });
});

test("a leader change is led by its version, which decides about directories", () => {
  const voters = [{ voterId: 1, voterDirectoryId: "AAAAAAAAAAAAAAAAAAAAAQ" }];
  for (const version of [0, 1]) {
    const leaderChange = { version, leaderId: 1, voters, grantingVoters: [] };
    const { key, value } = control.encodeControlRecord({ kind: "leader-change", value: leaderChange });
    const decoded = control.decodeControlRecord(key, value);
    assert(decoded?.kind === "leader-change");
    assert.equal(decoded.value.voters[0]!.voterDirectoryId === voters[0]!.voterDirectoryId, version === 1);
  }
});

test("a control record of unknown kind is null", () => {
  assert.equal(control.decodeControlRecord(Buffer.from("00000063", "hex"), Buffer.alloc(2)), null);
});

test("a subscription of a newer version is read as the newest known one", () => {
  const bytes = protocol.encodeSubscription(3, { topics: ["a"], rackId: "r" });
  bytes.writeInt16BE(9, 0);
  assert.equal(protocol.decodeSubscription(Buffer.concat([bytes, Buffer.from("more")])).rackId, "r");
  const assignment = { assignedPartitions: [{ topic: "a", partitions: [0, 1] }], userData: null };
  assert.deepEqual(protocol.decodeAssignment(protocol.encodeAssignment(1, assignment)), assignment);
});
