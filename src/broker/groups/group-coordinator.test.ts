import assert from "node:assert/strict";
import { test } from "node:test";
import { ZERO_UUID } from "../../base/uuid.ts";
import {
  batchSizeBytes,
  buildBatch,
  codecOf,
  decodeRecords,
  recordCountOf,
} from "../../wire/kafka/record-batch.ts";
import type { RecordInput } from "../../wire/kafka/record-batch.ts";
import type { GroupRecord } from "../../core/groups/group-record.ts";
import { CoordinatorBench } from "../../../test/support/memory-offsets.ts";
import { decodeGroupRecord, encodeGroupRecord } from "./group-record-codec.ts";

function commitOf(
  offset: number,
  groupId = "g",
): Parameters<CoordinatorBench["coordinator"]["commitOffsets"]>[0] {
  const partition = {
    partitionIndex: 0,
    committedOffset: offset,
    committedLeaderEpoch: 3,
    committedMetadata: "m",
  };
  const topics = [{ name: "t", topicId: ZERO_UUID, partitions: [partition] }];
  const identity = { generation: -1, memberId: "", groupInstanceId: null };
  return { groupId, ...identity, retentionTimeMs: -1, knowsGroupIdNotFound: true, topics };
}

function joinOf(memberId = ""): Parameters<CoordinatorBench["coordinator"]["join"]>[0] {
  return {
    groupId: "g",
    sessionTimeoutMs: 10_000,
    rebalanceTimeoutMs: 60_000,
    memberId,
    groupInstanceId: null,
    protocolType: "consumer",
    protocols: [{ name: "range", metadata: Buffer.from("m") }],
    clientId: "probe",
    clientHost: "/127.0.0.1",
    requiresKnownMemberId: false,
    supportsSkippingAssignment: true,
  };
}

const syncOf = (memberId: string): Parameters<CoordinatorBench["coordinator"]["sync"]>[0] => ({
  groupId: "g",
  generation: 1,
  memberId,
  groupInstanceId: null,
  protocolType: null,
  protocolName: null,
  assignments: [{ memberId, assignment: Buffer.from("mine") }],
});

const selection = { groupId: "g", requireStable: false, topics: null };

async function offsetIn(bench: CoordinatorBench): Promise<number | string> {
  const { error, topics } = await bench.coordinator.fetchOffsets(selection);
  return error === "NONE" ? (topics[0]?.partitions[0]?.committedOffset ?? -1) : error;
}

/** Whether the promise has been settled when everything that is ready has run. */
async function isSettled(promise: Promise<unknown>, bench: CoordinatorBench): Promise<boolean> {
  let settled = false;
  void promise.then(() => (settled = true));
  await bench.clock.advance();
  return settled;
}

test("the first FindCoordinator creates the topic, once for all who ask", async () => {
  const bench = new CoordinatorBench({ exists: false });
  assert.equal((await bench.coordinator.join(joinOf())).error, "NOT_COORDINATOR");
  const locations = await Promise.all(["a", "b"].map((groupId) => bench.coordinator.locate(groupId)));
  assert.deepEqual(locations, [{ nodeId: 1 }, { nodeId: 1 }]);
  assert.equal(bench.creations, 1);
});

test("a partition that is still being read answers COORDINATOR_LOAD_IN_PROGRESS", async () => {
  const bench = new CoordinatorBench();
  assert.equal(bench.coordinator.list({ states: [], types: [] }).error, "COORDINATOR_LOAD_IN_PROGRESS");
  assert.equal(await offsetIn(bench), "COORDINATOR_LOAD_IN_PROGRESS");
  await bench.clock.advance();
  assert.equal(await offsetIn(bench), -1);
});

test("groups of other partitions are answered NOT_COORDINATOR", async () => {
  const bench = new CoordinatorBench({ partitionCount: 2 });
  await bench.clock.advance();
  bench.coordinator.resign(0);
  const codes = ["a", "b"].map((groupId) => bench.coordinator.deleteGroup(groupId));
  assert.deepEqual((await Promise.all(codes)).sort(), ["GROUP_ID_NOT_FOUND", "NOT_COORDINATOR"]);
});

test("an offset is answered, and shown to others, once it is committed and not before", async () => {
  const bench = new CoordinatorBench();
  await bench.clock.advance();
  const [partition] = bench.partitions;
  partition!.hold();
  const commit = bench.coordinator.commitOffsets(commitOf(5));
  const fetch = offsetIn(bench);
  assert.equal(await isSettled(commit, bench), false);
  assert.equal(await isSettled(fetch, bench), false);
  partition!.release();
  assert.deepEqual(await commit, [["NONE"]]);
  assert.equal(await fetch, 5);
});

test("the commits of one turn share a batch", async () => {
  const bench = new CoordinatorBench();
  await bench.clock.advance();
  const commits = [1, 2, 3].map((offset) => bench.coordinator.commitOffsets(commitOf(offset, `g${offset}`)));
  await bench.clock.advance();
  await Promise.all(commits);
  assert.deepEqual(
    bench.partitions[0]!.batches.map((batch) => recordCountOf(batch, 0)),
    [3],
  );
});

test("batches are compressed as configured, and read again", async () => {
  const bench = new CoordinatorBench({ codec: "gzip" });
  await bench.clock.advance();
  void bench.coordinator.commitOffsets(commitOf(7));
  await bench.clock.advance();
  assert.equal(codecOf(bench.partitions[0]!.batches[0]!, 0), 1);
  bench.restart();
  await bench.clock.advance();
  assert.equal(await offsetIn(bench), 7);
});

test("a group lives through a restart: its generation, assignment, offsets and sessions", async () => {
  const bench = new CoordinatorBench();
  await bench.clock.advance();
  const joining = bench.coordinator.join(joinOf());
  await bench.clock.advance(3_000);
  const { memberId } = await joining;
  const syncing = bench.coordinator.sync(syncOf(memberId));
  await bench.clock.advance();
  assert.equal((await syncing).assignment.toString(), "mine");
  void bench.coordinator.commitOffsets({ ...commitOf(7), memberId, generation: 1 });
  await bench.clock.advance();

  bench.restart();
  await bench.clock.advance(9_000);
  assert.equal(await offsetIn(bench), 7);
  const heartbeat = { groupId: "g", generation: 1, memberId, groupInstanceId: null };
  assert.equal(bench.coordinator.heartbeat(heartbeat), "NONE");
  await bench.clock.advance(10_000);
  assert.equal(bench.coordinator.heartbeat(heartbeat), "UNKNOWN_MEMBER_ID");
  assert.equal((await bench.coordinator.describe("g")).groupState, "Empty");
});

test("after a failed write everybody is sent away, and the log decides what is true", async () => {
  const bench = new CoordinatorBench();
  await bench.clock.advance();
  void bench.coordinator.commitOffsets(commitOf(5));
  await bench.clock.advance();
  const [partition] = bench.partitions;
  partition!.isFailing = true;
  const joining = bench.coordinator.join({ ...joinOf(), groupId: "h" });
  const commit = bench.coordinator.commitOffsets(commitOf(6));
  await bench.clock.advance();
  assert.deepEqual(await commit, [["NOT_COORDINATOR"]]);
  assert.equal((await joining).error, "NOT_COORDINATOR");
  assert.equal(await offsetIn(bench), "COORDINATOR_LOAD_IN_PROGRESS");
  assert.equal(bench.warnings.length, 1);
  partition!.isFailing = false;
  await bench.clock.advance(500);
  assert.equal(await offsetIn(bench), 5);
});

test("a partition that cannot be read is tried again, ever more slowly", async () => {
  const bench = new CoordinatorBench();
  bench.partitions[0]!.isReadable = false;
  bench.restart();
  await bench.clock.advance(500 + 1_000 + 2_000);
  assert.equal(bench.warnings.length, 4);
  bench.partitions[0]!.isReadable = true;
  await bench.clock.advance(4_000);
  assert.equal(await offsetIn(bench), -1);
});

test("resigning ends the requests that wait", async () => {
  const bench = new CoordinatorBench();
  await bench.clock.advance();
  const joining = bench.coordinator.join(joinOf());
  await bench.clock.advance();
  bench.coordinator.resign(0);
  assert.equal((await joining).error, "NOT_COORDINATOR");
});

test("offsets go when their retention is over, and when their topic goes", async () => {
  const bench = new CoordinatorBench({ config: { offsetsRetentionMs: 3_600_000 } });
  await bench.clock.advance();
  void bench.coordinator.commitOffsets(commitOf(5));
  await bench.clock.advance(3_599_999);
  assert.equal(await offsetIn(bench), 5);
  await bench.clock.advance(600_000);
  assert.equal(await offsetIn(bench), -1);
  void bench.coordinator.commitOffsets(commitOf(6));
  await bench.clock.advance();
  void bench.coordinator.onTopicsDeleted(["t"]);
  await bench.clock.advance();
  bench.restart();
  await bench.clock.advance();
  assert.equal(await offsetIn(bench), -1);
});

function recordOf(record: GroupRecord): RecordInput {
  return encodeGroupRecord(record);
}

function offsetRecord(offset: number): GroupRecord {
  const value = {
    offset,
    leaderEpoch: -1,
    metadata: "",
    commitTimestampMs: 1,
    expireTimestampMs: null,
    topicId: ZERO_UUID,
  };
  return { kind: "offset", groupId: "g", topic: "t", partition: 0, value };
}

test("loading skips the unknown, and takes transactional offsets only with their marker", async () => {
  const bench = new CoordinatorBench();
  const { batches } = bench.partitions[0]!;
  const unknownType = { key: Buffer.from([0, 99, 1, 2]), value: Buffer.from([0, 0]) };
  const unknownVersion = { ...recordOf(offsetRecord(1)), value: Buffer.from([0, 99, 0]) };
  const modernGroup = { key: Buffer.from([0, 3, 0, 1, 103]), value: null };
  batches.push(
    buildBatch({
      baseOffset: 0,
      records: [unknownType, unknownVersion, modernGroup, recordOf(offsetRecord(2))],
    }),
  );
  const transaction = { baseOffset: 4, isTransactional: true, producerId: 9, producerEpoch: 0 };
  batches.push(buildBatch({ ...transaction, records: [recordOf(offsetRecord(3))] }));
  bench.restart();
  await bench.clock.advance();
  assert.equal(await offsetIn(bench), 2);
  assert.deepEqual(bench.warnings, ["Skipped group records that could not be read"]);
  const stable = await bench.coordinator.fetchOffsets({ ...selection, requireStable: true });
  assert.equal(stable.topics[0]!.partitions[0]!.error, "UNSTABLE_OFFSET_COMMIT");

  const marker = { key: Buffer.from([0, 0, 0, 1]), value: Buffer.from([0, 0, 0, 0, 0, 0]) };
  batches.push(buildBatch({ ...transaction, baseOffset: 5, isControl: true, records: [marker] }));
  bench.restart();
  await bench.clock.advance();
  assert.equal(await offsetIn(bench), 3);
});

test("records round-trip through Kafka's layouts, tombstones and own expiry times included", () => {
  const member = {
    memberId: "probe-1",
    groupInstanceId: "i",
    clientId: "probe",
    clientHost: "/127.0.0.1",
    rebalanceTimeoutMs: 1,
    sessionTimeoutMs: 2,
    subscription: Buffer.from("s"),
    assignment: Buffer.from("a"),
  };
  const metadata = {
    protocolType: "consumer",
    generation: 4,
    protocolName: "range",
    leader: "probe-1",
    currentStateTimestampMs: 5,
  };
  const records: GroupRecord[] = [
    offsetRecord(1),
    {
      ...offsetRecord(1),
      value: { ...(offsetRecord(1) as { value: object }).value, expireTimestampMs: 77 },
    } as GroupRecord,
    { kind: "offset", groupId: "g", topic: "t", partition: 0, value: null },
    { kind: "group", groupId: "g", value: { ...metadata, members: [member] } },
    { kind: "group", groupId: "g", value: null },
  ];
  const batch = buildBatch({ baseOffset: 0, records: records.map(recordOf) });
  assert.equal(batch.length, batchSizeBytes(batch, 0));
  assert.deepEqual(
    decodeRecords(batch).map(({ key, value }) => decodeGroupRecord(key!, value)),
    records,
  );
});

/** Taken from the log of a Kafka 4.3.1. */
const FROM_KAFKA = [
  [
    "0001000673696d706c6500017400000000",
    "00040000000000000001ffffffff01000001a212f865f601001084ecb5ac5c9f42b487967ac58a9a764b",
  ],
  ["0001000372657400017400000000", "0001000000000000000700046d657461000001a212f86620000001a212f9ecc0"],
  [
    "0002000e6831373935363134353938373037",
    "00030008636f6e73756d657200000002ffffffff000001a212f875b100000000",
  ],
  [
    "0002000e6831373935363134353938373037",
    "00030008636f6e73756d657200000001000572616e6765002a70726f62652d34393531626164352d636333352d346563322d" +
      "613062312d343930376364393631623761000001a212f871f900000001002a70726f62652d34393531626164352d636333352d" +
      "346563322d613062312d343930376364393631623761ffff000570726f6265000a2f3132372e302e302e310000ea6000002710" +
      "000000016d000000026161",
  ],
] as const;

test("records that Kafka 4.3 wrote are understood, and written again byte for byte", () => {
  for (const [keyHex, valueHex] of FROM_KAFKA) {
    const record = decodeGroupRecord(Buffer.from(keyHex, "hex"), Buffer.from(valueHex, "hex"));
    const { key, value } = encodeGroupRecord(record!);
    assert.deepEqual([key.toString("hex"), value!.toString("hex")], [keyHex, valueHex]);
  }
});
