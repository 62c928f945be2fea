import assert from "node:assert/strict";
import { test } from "node:test";
import { ZERO_UUID } from "../../base/uuid.ts";
import type { OffsetRecord } from "./group-record.ts";
import { bytes, GroupScenario, range, subscription } from "../../../test/support/group-scenario.ts";

function withMetadata(committedMetadata: string | null): {
  topics: {
    name: string;
    topicId: string;
    partitions: {
      partitionIndex: number;
      committedOffset: number;
      committedLeaderEpoch: number;
      committedMetadata: string | null;
    }[];
  }[];
} {
  const partition = { partitionIndex: 0, committedOffset: 1, committedLeaderEpoch: 4, committedMetadata };
  return { topics: [{ name: "t", topicId: ZERO_UUID, partitions: [partition] }] };
}

function pendingOffset(offset: number): OffsetRecord {
  const value = {
    offset,
    leaderEpoch: -1,
    metadata: "",
    commitTimestampMs: 0,
    expireTimestampMs: null,
    topicId: ZERO_UUID,
  };
  return { kind: "offset", groupId: "g", topic: "t", partition: 0, value };
}

const stable = {
  groupId: "g",
  requireStable: true,
  topics: [{ name: "t", topicId: ZERO_UUID, partitionIndexes: [0] }],
};

test("OffsetCommit without a generation makes a simple group of an unknown one, also of the empty id", () => {
  const scenario = new GroupScenario();
  assert.deepEqual(scenario.commit(5), ["NONE"]);
  assert.deepEqual(scenario.commit(6, { groupId: "" }), ["NONE"]);
  assert.equal(scenario.committed("t", "g"), 5);
  assert.equal(scenario.committed("t", ""), 6);
  assert.equal(scenario.describe(""), "Empty 0");
});

test("OffsetCommit with a generation in an unknown group is refused as the version knows it", () => {
  const scenario = new GroupScenario();
  assert.deepEqual(scenario.commit(5, { generation: 3 }), ["GROUP_ID_NOT_FOUND"]);
  assert.deepEqual(scenario.commit(5, { generation: 3, knowsGroupIdNotFound: false }), [
    "ILLEGAL_GENERATION",
  ]);
});

test("OffsetCommit of a member is held to its id and generation", () => {
  const scenario = new GroupScenario();
  const memberId = scenario.stableGroup();
  assert.deepEqual(scenario.commit(5, { memberId, generation: 1 }), ["NONE"]);
  assert.deepEqual(scenario.commit(6, { memberId, generation: 2 }), ["ILLEGAL_GENERATION"]);
  assert.deepEqual(scenario.commit(6, { memberId }), ["ILLEGAL_GENERATION"]);
  assert.deepEqual(scenario.commit(6, { memberId: "x", generation: 1 }), ["UNKNOWN_MEMBER_ID"]);
  assert.deepEqual(scenario.commit(6), ["UNKNOWN_MEMBER_ID"]);
  assert.equal(scenario.committed(), 5);
});

test("OffsetCommit is accepted while members gather, and refused until they have their assignment", () => {
  const scenario = new GroupScenario();
  const memberId = scenario.stableGroup();
  const { memberId: second } = scenario.joinDynamic();
  assert.deepEqual(scenario.commit(5, { memberId, generation: 1 }), ["NONE"]);
  scenario.join({ memberId });
  assert.deepEqual(scenario.commit(6, { memberId: second, generation: 2 }), ["REBALANCE_IN_PROGRESS"]);
});

test("OffsetCommit without ids is accepted again once the group is empty", () => {
  const scenario = new GroupScenario();
  scenario.leave([{ memberId: scenario.stableGroup() }]);
  assert.deepEqual(scenario.commit(5), ["NONE"]);
});

test("OffsetCommit counts as a heartbeat", () => {
  const scenario = new GroupScenario();
  const memberId = scenario.stableGroup();
  scenario.advance(9_000);
  scenario.commit(1, { memberId, generation: 1 });
  scenario.advance(9_000);
  assert.equal(scenario.heartbeat({ memberId }), "NONE");
});

test("OffsetCommit takes any offset, and metadata up to the limit", () => {
  const scenario = new GroupScenario();
  assert.deepEqual(scenario.commit(-5), ["NONE"]);
  assert.equal(scenario.committed(), -5);
  assert.deepEqual(scenario.commit(0, withMetadata("x".repeat(4_096))), ["NONE"]);
  assert.deepEqual(scenario.commit(0, withMetadata("x".repeat(4_097))), ["OFFSET_METADATA_TOO_LARGE"]);
});

test("OffsetFetch gives back metadata and leader epoch as they were committed, after a restart too", () => {
  const scenario = new GroupScenario();
  scenario.commit(0, withMetadata("π "));
  scenario.restart();
  assert.deepEqual(scenario.core.fetchOffsets(stable)[0]!.partitions, [
    { partitionIndex: 0, committedOffset: 1, committedLeaderEpoch: 4, metadata: "π ", error: "NONE" },
  ]);
});

test("OffsetFetch of what was never committed is -1 without an error", () => {
  const missing = {
    partitionIndex: 0,
    committedOffset: -1,
    committedLeaderEpoch: -1,
    metadata: "",
    error: "NONE",
  };
  const scenario = new GroupScenario();
  assert.deepEqual(scenario.core.fetchOffsets(stable), [{ name: "t", partitions: [missing] }]);
  assert.deepEqual(scenario.core.fetchAllOffsets("g", { requireStable: false }), []);
});

test("OffsetFetch of stable offsets refuses what an open transaction may replace", () => {
  const scenario = new GroupScenario();
  const state = scenario.core.state;
  state.applyTransactional(7, pendingOffset(9));
  assert.equal(scenario.core.fetchOffsets(stable)[0]!.partitions[0]!.error, "UNSTABLE_OFFSET_COMMIT");
  assert.equal(scenario.committed(), -1);
  assert.deepEqual(scenario.core.fetchAllOffsets("g", { requireStable: true }), []);
  state.endTransaction(7, "commit");
  assert.equal(scenario.committed(), 9);
});

test("an aborted transaction changes nothing, and a committed one no later commit", () => {
  const scenario = new GroupScenario();
  const { state } = scenario.core;
  scenario.commit(1);
  state.applyTransactional(7, pendingOffset(9));
  state.endTransaction(7, "abort");
  assert.equal(scenario.committed(), 1);
  state.applyTransactional(8, pendingOffset(9));
  scenario.commit(2);
  state.endTransaction(8, "commit");
  assert.equal(scenario.committed(), 2);
});

test("OffsetDelete forgets an offset, and is content when there is none", () => {
  const scenario = new GroupScenario();
  scenario.commit(5);
  assert.deepEqual(scenario.deleteOffsets("t"), ["NONE", "NONE"]);
  assert.equal(scenario.committed(), -1);
  assert.deepEqual(scenario.deleteOffsets("t"), ["NONE", "NONE"]);
  assert.deepEqual(scenario.deleteOffsets("t", "other"), ["GROUP_ID_NOT_FOUND"]);
  assert.deepEqual(scenario.deleteOffsets("t", ""), ["INVALID_GROUP_ID"]);
});

test("OffsetDelete spares what live members subscribe to, and everything when that is unreadable", () => {
  const scenario = new GroupScenario();
  scenario.stableGroup({ protocols: range(subscription("mine")) });
  assert.deepEqual(scenario.deleteOffsets("mine"), ["NONE", "GROUP_SUBSCRIBED_TO_TOPIC"]);
  assert.deepEqual(scenario.deleteOffsets("other"), ["NONE", "NONE"]);
  scenario.stableGroup({ groupId: "junk" });
  assert.deepEqual(scenario.deleteOffsets("other", "junk"), ["NONE", "GROUP_SUBSCRIBED_TO_TOPIC"]);
});

test("OffsetDelete in a live group that is not of consumers is refused", () => {
  const scenario = new GroupScenario();
  scenario.stableGroup({ protocolType: "connect" });
  assert.deepEqual(scenario.deleteOffsets("t"), ["NON_EMPTY_GROUP"]);
});

test("the offsets of a deleted topic are gone from every group, pending ones too", () => {
  const scenario = new GroupScenario();
  scenario.commit(1);
  scenario.commit(2, { groupId: "h" });
  scenario.core.state.applyTransactional(7, pendingOffset(9));
  scenario.forgetTopics("t");
  scenario.core.state.endTransaction(7, "commit");
  assert.deepEqual([scenario.committed("t", "g"), scenario.committed("t", "h")], [-1, -1]);
});

test("a subscription that cannot be read is no error", () => {
  const scenario = new GroupScenario();
  const junk = [bytes(""), Buffer.from([0, 0, 0x7f, 0xff, 0xff, 0xff]), subscription("abc").subarray(0, 9)];
  junk.forEach((metadata, index) => {
    scenario.stableGroup({ groupId: `g${index}`, protocols: range(metadata) });
    assert.equal(scenario.describe(`g${index}`), "Stable 1");
  });
});

test("OffsetFetch for a topic that was made again does not find what its namesake left", () => {
  const scenario = new GroupScenario();
  const [old, recreated] = ["AAAAAAAAAAAAAAAAAAAAAQ", "AAAAAAAAAAAAAAAAAAAAAg"] as const;
  const partition = {
    partitionIndex: 0,
    committedOffset: 5,
    committedLeaderEpoch: -1,
    committedMetadata: null,
  };
  scenario.commit(5, { topics: [{ name: "t", topicId: old, partitions: [partition] }] });
  const offsetFor = (topicId: string): number => {
    const topics = [{ name: "t", topicId, partitionIndexes: [0] }];
    const query = { groupId: "g", requireStable: false, topics };
    return scenario.core.fetchOffsets(query)[0]!.partitions[0]!.committedOffset;
  };
  assert.deepEqual([offsetFor(old), offsetFor(recreated), offsetFor(ZERO_UUID)], [5, -1, 5]);
});
