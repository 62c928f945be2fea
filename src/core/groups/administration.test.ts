import assert from "node:assert/strict";
import { test } from "node:test";
import { bytes, GroupScenario, range, subscription } from "../../../test/support/group-scenario.ts";

const DAY_MS = 86_400_000;

test("DescribeGroups shows protocol and metadata of a stable group only", () => {
  const scenario = new GroupScenario();
  const memberId = scenario.stableGroup();
  assert.deepEqual(scenario.core.describe("g"), {
    error: "NONE",
    groupId: "g",
    groupState: "Stable",
    protocolType: "consumer",
    protocolData: "range",
    members: [
      {
        memberId,
        groupInstanceId: null,
        clientId: "probe",
        clientHost: "/127.0.0.1",
        memberMetadata: bytes("m"),
        memberAssignment: bytes("a"),
      },
    ],
  });
  scenario.join({ memberId });
  const { groupState, protocolData, members } = scenario.core.describe("g");
  assert.deepEqual(
    [groupState, protocolData, members[0]!.memberMetadata.length],
    ["CompletingRebalance", "", 0],
  );
});

test("DescribeGroups calls a group that is not there Dead", () => {
  const { error, groupState } = new GroupScenario().core.describe("g");
  assert.deepEqual([error, groupState], ["GROUP_ID_NOT_FOUND", "Dead"]);
});

test("ListGroups filters by state and type without regard to case", () => {
  const scenario = new GroupScenario();
  scenario.stableGroup();
  scenario.commit(1, { groupId: "simple" });
  const ids = (states: string[], types: string[]): string[] =>
    scenario.core.list({ states, types }).map((group) => group.groupId);
  assert.deepEqual(ids([], []), ["g", "simple"]);
  assert.deepEqual(ids(["stable"], []), ["g"]);
  assert.deepEqual(ids(["Bogus"], []), []);
  assert.deepEqual(ids(["EMPTY", "Bogus"], ["Classic"]), ["simple"]);
  assert.deepEqual(ids([], ["consumer"]), []);
  assert.equal(scenario.core.list({ states: ["empty"], types: [] })[0]!.protocolType, "");
});

test("DeleteGroups takes an empty group and its offsets, for good", () => {
  const scenario = new GroupScenario();
  assert.equal(scenario.deleteGroup(), "GROUP_ID_NOT_FOUND");
  const memberId = scenario.stableGroup();
  scenario.commit(5, { memberId, generation: 1 });
  assert.equal(scenario.deleteGroup(), "NON_EMPTY_GROUP");
  scenario.leave([{ memberId }]);
  assert.equal(scenario.deleteGroup(), "NONE");
  scenario.restart();
  assert.equal(scenario.committed(), -1);
  assert.equal(scenario.describe(), "Dead 0");
  assert.equal(scenario.deleteGroup(), "GROUP_ID_NOT_FOUND");
});

test("DeleteGroups of a group with nothing but offsets leaves no trace", () => {
  const scenario = new GroupScenario();
  scenario.commit(5);
  assert.equal(scenario.deleteGroup(), "NONE");
  assert.deepEqual(scenario.core.list({ states: [], types: [] }), []);
});

test("a group that is joined after its deletion starts from generation 1", () => {
  const scenario = new GroupScenario();
  scenario.leave([{ memberId: scenario.stableGroup() }]);
  scenario.deleteGroup();
  const { join } = scenario.joinDynamic();
  scenario.advance(3_000);
  assert.equal(join.response!.generation, 1);
});

test("the offsets of a simple group expire after the retention, and the group with the last", () => {
  const scenario = new GroupScenario();
  scenario.commit(5);
  scenario.advance(7 * DAY_MS - 1);
  scenario.expireOffsets();
  assert.equal(scenario.committed(), 5);
  scenario.advance(1);
  scenario.expireOffsets();
  assert.equal(scenario.committed(), -1);
  assert.equal(scenario.describe(), "Dead 0");
});

test("the offsets of a group whose members left expire one retention after it became empty", () => {
  const scenario = new GroupScenario();
  const memberId = scenario.stableGroup({ sessionTimeoutMs: 1_800_000 });
  scenario.commit(5, { memberId, generation: 1 });
  scenario.advance(1_000_000);
  scenario.leave([{ memberId }]);
  scenario.advance(7 * DAY_MS - 1);
  scenario.expireOffsets();
  assert.equal(scenario.committed(), 5);
  scenario.restart();
  scenario.advance(1);
  scenario.expireOffsets();
  assert.equal(scenario.describe(), "Dead 0");
});

test("a stable group of consumers loses only old offsets of topics that nobody subscribes", () => {
  const scenario = new GroupScenario({ offsetsRetentionMs: 1_000 });
  const memberId = scenario.stableGroup({ protocols: range(subscription("mine")) });
  const partition = {
    partitionIndex: 0,
    committedOffset: 3,
    committedLeaderEpoch: -1,
    committedMetadata: null,
  };
  const topics = ["mine", "other"].map((name) => ({ name, topicId: "", partitions: [partition] }));
  scenario.commit(3, { memberId, generation: 1, topics });
  scenario.advance(1_000);
  scenario.expireOffsets();
  assert.deepEqual([scenario.committed("mine"), scenario.committed("other")], [3, -1]);
});

test("offsets of a group that rebalances, or whose subscriptions cannot be read, stay", () => {
  const scenario = new GroupScenario({ offsetsRetentionMs: 1_000 });
  const memberId = scenario.stableGroup();
  scenario.commit(3, { memberId, generation: 1 });
  scenario.advance(1_000);
  scenario.expireOffsets();
  scenario.joinDynamic();
  scenario.expireOffsets();
  assert.equal(scenario.committed(), 3);
});

test("an offset that came with its own retention expires by that", () => {
  const scenario = new GroupScenario();
  scenario.commit(5, { retentionTimeMs: 100 });
  scenario.advance(99);
  scenario.expireOffsets();
  assert.equal(scenario.committed(), 5);
  scenario.advance(1);
  scenario.expireOffsets();
  assert.equal(scenario.committed(), -1);
});

test("an empty group without offsets goes at the next clean-up, unless somebody is about to join it", () => {
  const scenario = new GroupScenario();
  scenario.join();
  scenario.expireOffsets();
  assert.equal(scenario.describe(), "Empty 0");
  scenario.advance(10_000);
  scenario.expireOffsets();
  assert.equal(scenario.describe(), "Dead 0");
});
