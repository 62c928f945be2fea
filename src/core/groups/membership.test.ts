import assert from "node:assert/strict";
import { test } from "node:test";
import { GroupScenario } from "../../../test/support/group-scenario.ts";

test("Heartbeat refuses an empty group id, unknown groups and members, and other generations", () => {
  const scenario = new GroupScenario();
  const memberId = scenario.stableGroup();
  assert.equal(scenario.heartbeat({ groupId: "", memberId }), "INVALID_GROUP_ID");
  assert.equal(scenario.heartbeat({ groupId: "other", memberId }), "UNKNOWN_MEMBER_ID");
  assert.equal(scenario.heartbeat({ memberId: "x" }), "UNKNOWN_MEMBER_ID");
  assert.equal(scenario.heartbeat({ memberId: "" }), "UNKNOWN_MEMBER_ID");
  assert.equal(scenario.heartbeat({ memberId, groupInstanceId: "i" }), "UNKNOWN_MEMBER_ID");
  assert.equal(scenario.heartbeat({ memberId, generation: 2 }), "ILLEGAL_GENERATION");
  assert.equal(scenario.heartbeat({ memberId, generation: -1 }), "ILLEGAL_GENERATION");
  assert.equal(scenario.heartbeat({ memberId }), "NONE");
});

test("Heartbeat of an id that has not joined yet answers UNKNOWN_MEMBER_ID", () => {
  const scenario = new GroupScenario();
  const { memberId } = scenario.join().response!;
  assert.equal(scenario.heartbeat({ memberId }), "UNKNOWN_MEMBER_ID");
});

test("Heartbeat is fine while the assignment is awaited, and says to rejoin while members gather", () => {
  const scenario = new GroupScenario();
  const { memberId } = scenario.joinDynamic();
  scenario.advance(3_000);
  assert.equal(scenario.heartbeat({ memberId }), "NONE");
  scenario.joinDynamic();
  assert.equal(scenario.heartbeat({ memberId }), "REBALANCE_IN_PROGRESS");
});

test("a member lives as long as its heartbeats come in time, also while a rebalance is prepared", () => {
  const scenario = new GroupScenario();
  const memberId = scenario.stableGroup();
  for (let count = 0; count < 5; count += 1) {
    scenario.advance(9_999);
    assert.equal(scenario.heartbeat({ memberId }), "NONE");
  }
  scenario.joinDynamic();
  scenario.advance(9_999);
  assert.equal(scenario.heartbeat({ memberId }), "REBALANCE_IN_PROGRESS");
  scenario.advance(9_999);
  assert.equal(scenario.heartbeat({ memberId }), "REBALANCE_IN_PROGRESS");
  scenario.advance(10_000);
  assert.equal(scenario.heartbeat({ memberId, generation: 2 }), "UNKNOWN_MEMBER_ID");
});

test("a group whose only member expires becomes empty, and that is written", () => {
  const scenario = new GroupScenario();
  scenario.stableGroup();
  scenario.advance(10_000);
  assert.equal(scenario.describe(), "Empty 0");
  const metadata = scenario.replayed().metadata("g")!;
  assert.deepEqual([metadata.generation, metadata.members], [2, []]);
});

test("LeaveGroup answers each member alone", () => {
  const scenario = new GroupScenario();
  const memberId = scenario.stableGroup();
  assert.deepEqual(scenario.leave([], "g"), []);
  assert.deepEqual(scenario.leave([{ memberId: "x" }]), ["UNKNOWN_MEMBER_ID"]);
  assert.deepEqual(scenario.leave([{}]), ["UNKNOWN_MEMBER_ID"]);
  assert.deepEqual(scenario.leave([{ groupInstanceId: "i" }]), ["UNKNOWN_MEMBER_ID"]);
  assert.deepEqual(scenario.leave([{ memberId }], "other"), ["UNKNOWN_MEMBER_ID"]);
  assert.deepEqual(scenario.leave([{ memberId }], ""), ["INVALID_GROUP_ID"]);
  assert.deepEqual(scenario.leave([{ memberId }, { memberId: "x" }]), ["NONE", "UNKNOWN_MEMBER_ID"]);
  assert.equal(scenario.describe(), "Empty 0");
});

test("LeaveGroup of one member makes the others rejoin", () => {
  const scenario = new GroupScenario();
  const first = scenario.join({ requiresKnownMemberId: false });
  const second = scenario.join({ requiresKnownMemberId: false });
  scenario.advance(6_000);
  scenario.sync({ memberId: first.response!.memberId });
  scenario.leave([{ memberId: first.response!.memberId }]);
  assert.equal(scenario.heartbeat({ memberId: second.response!.memberId }), "REBALANCE_IN_PROGRESS");
});

test("LeaveGroup takes an id that has not joined yet", () => {
  const scenario = new GroupScenario();
  const { memberId } = scenario.join().response!;
  assert.deepEqual(scenario.leave([{ memberId }]), ["NONE"]);
  assert.equal(scenario.join({ memberId }).response!.error, "UNKNOWN_MEMBER_ID");
});

test("LeaveGroup of a member answers the requests of it that wait", () => {
  const scenario = new GroupScenario();
  scenario.stableGroup();
  const { memberId, join } = scenario.joinDynamic();
  scenario.leave([{ memberId }]);
  assert.equal(join.response!.error, "UNKNOWN_MEMBER_ID");
});

test("the last member's leave ends a rebalance that waits for nobody else", () => {
  const scenario = new GroupScenario();
  const first = scenario.stableGroup();
  const { join } = scenario.joinDynamic();
  scenario.leave([{ memberId: first }]);
  assert.equal(join.response!.generation, 2);
});

test("after a restart every member of the stored generation has a fresh session", () => {
  const scenario = new GroupScenario();
  const memberId = scenario.stableGroup();
  scenario.advance(9_000);
  scenario.restart();
  scenario.advance(9_999);
  assert.equal(scenario.heartbeat({ memberId }), "NONE");
  assert.equal(scenario.describe(), "Stable 1");
  scenario.restart();
  scenario.advance(10_000);
  assert.equal(scenario.describe(), "Empty 0");
});

test("after a restart the stored assignment is what a member syncs to", () => {
  const scenario = new GroupScenario();
  const memberId = scenario.stableGroup();
  scenario.restart();
  assert.equal(scenario.sync({ memberId }).response!.assignment.toString(), "a");
});

test("a group above a lowered maximum size is rebalanced at take-over", () => {
  const scenario = new GroupScenario();
  const joins = [1, 2].map(() => scenario.join({ requiresKnownMemberId: false }));
  scenario.advance(6_000);
  scenario.sync({ memberId: joins[0]!.response!.memberId });
  (scenario.config as { maxSize: number }).maxSize = 1;
  scenario.restart();
  assert.equal(scenario.describe(), "PreparingRebalance 2");
});
