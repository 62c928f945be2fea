import assert from "node:assert/strict";
import { test } from "node:test";
import { bytes, GroupScenario } from "../../../test/support/group-scenario.ts";

const instance = { groupInstanceId: "i1" };

/** A stable group of one static member, in generation 1. */
function stableStatic(request = {}): { scenario: GroupScenario; memberId: string } {
  const scenario = new GroupScenario();
  const join = scenario.join({ ...instance, ...request });
  scenario.advance(3_000);
  const { memberId } = join.response!;
  scenario.sync({ memberId, ...instance, assignments: [{ memberId, assignment: bytes("x") }] });
  return { scenario, memberId };
}

test("a static member needs no id of its own: it is made of its instance id", () => {
  assert.equal(stableStatic().memberId, "i1-uuid1");
});

test("instance ids are not judged", () => {
  const scenario = new GroupScenario();
  const joins = ["", ".", "a/b", "x".repeat(250)].map((groupInstanceId) =>
    scenario.join({ groupInstanceId }),
  );
  scenario.advance(6_000);
  assert.deepEqual(
    joins.map((join) => join.response!.error),
    ["NONE", "NONE", "NONE", "NONE"],
  );
});

test("a static leader that restarts keeps its generation and assignment, under a new id", () => {
  const { scenario, memberId: oldId } = stableStatic();
  const { response } = scenario.join(instance);
  assert.equal(response!.error, "NONE");
  assert.equal(response!.generation, 1);
  assert.equal(response!.skipAssignment, true);
  assert.equal(response!.members.length, 1);
  assert.notEqual(response!.memberId, oldId);
  assert.equal(response!.leader, response!.memberId);
  const sync = scenario.sync({ memberId: response!.memberId, ...instance });
  assert.deepEqual(sync.response!.assignment, bytes("x"));
});

test("a static leader that cannot skip the assignment is told that its old self leads", () => {
  const { scenario, memberId: oldId } = stableStatic();
  const { response } = scenario.join({ ...instance, supportsSkippingAssignment: false });
  assert.equal(response!.leader, oldId);
  assert.deepEqual(response!.members, []);
  assert.equal(response!.skipAssignment, false);
});

test("the new id of a static member is committed before it is told", () => {
  const { scenario } = stableStatic();
  scenario.holdCommits();
  const join = scenario.join(instance);
  assert.equal(join.response, null);
  scenario.releaseCommits();
  scenario.restart();
  assert.equal(scenario.heartbeat({ memberId: join.response!.memberId, ...instance }), "NONE");
});

test("the old id of a static member is fenced everywhere", () => {
  const { scenario, memberId } = stableStatic();
  scenario.join(instance);
  const old = { memberId, ...instance };
  assert.equal(scenario.heartbeat(old), "FENCED_INSTANCE_ID");
  assert.equal(scenario.sync(old).response!.error, "FENCED_INSTANCE_ID");
  assert.equal(scenario.join(old).response!.error, "FENCED_INSTANCE_ID");
  assert.deepEqual(scenario.commit(1, { ...old, generation: 1 }), ["FENCED_INSTANCE_ID"]);
  assert.deepEqual(scenario.leave([old]), ["FENCED_INSTANCE_ID"]);
});

test("another instance id with a known member id is unknown", () => {
  const { scenario, memberId } = stableStatic();
  assert.equal(scenario.heartbeat({ memberId, groupInstanceId: "i9" }), "UNKNOWN_MEMBER_ID");
});

test("a static member that restarts with another choice of protocols begins a rebalance", () => {
  const { scenario } = stableStatic();
  const protocols = [
    { name: "sticky", metadata: bytes("m") },
    { name: "range", metadata: bytes("m") },
  ];
  const { response } = scenario.join({ ...instance, protocols });
  assert.deepEqual([response!.generation, response!.protocolName], [2, "sticky"]);
});

test("a static member that restarts before the assignment begins a new round", () => {
  const scenario = new GroupScenario();
  scenario.join(instance);
  scenario.advance(3_000);
  assert.equal(scenario.join(instance).response!.generation, 2);
});

test("a static member that restarts while its join waits fences the waiting one", () => {
  const scenario = new GroupScenario();
  const first = scenario.join(instance);
  const second = scenario.join(instance);
  assert.equal(first.response!.error, "FENCED_INSTANCE_ID");
  scenario.advance(6_000);
  assert.equal(second.response!.generation, 1);
});

test("static members that do not rejoin keep their seat, dynamic ones lose it", () => {
  const { scenario, memberId } = stableStatic({ sessionTimeoutMs: 200_000 });
  const { join } = scenario.joinDynamic();
  scenario.advance(60_000);
  assert.equal(join.response!.members.length, 2);
  assert.equal(scenario.heartbeat({ memberId, ...instance, generation: 2 }), "NONE");
});

test("when only static members are left and none rejoins, the group waits another timeout", () => {
  const { scenario } = stableStatic({ sessionTimeoutMs: 100_000 });
  const { memberId } = scenario.joinDynamic();
  scenario.leave([{ memberId }]);
  scenario.advance(60_000);
  assert.equal(scenario.describe(), "PreparingRebalance 1");
  scenario.advance(60_000);
  assert.equal(scenario.describe(), "Empty 0");
});

test("an operator removes a static member by its instance id alone", () => {
  const { scenario } = stableStatic();
  assert.deepEqual(scenario.leave([instance]), ["NONE"]);
  assert.equal(scenario.describe(), "Empty 0");
});

test("a static member that restarts has a fresh session", () => {
  const { scenario } = stableStatic();
  scenario.advance(9_000);
  const { memberId } = scenario.join(instance).response!;
  scenario.advance(9_000);
  assert.equal(scenario.heartbeat({ memberId, ...instance }), "NONE");
});

test("a static follower that restarts before it fetched its assignment still can", () => {
  const scenario = new GroupScenario();
  const joins = ["i1", "i2"].map((groupInstanceId) => scenario.join({ groupInstanceId }));
  scenario.advance(6_000);
  const leader = { memberId: joins[0]!.response!.memberId, groupInstanceId: "i1" };
  scenario.sync(leader);
  const follower = {
    memberId: scenario.join({ groupInstanceId: "i2" }).response!.memberId,
    groupInstanceId: "i2",
  };
  assert.equal(scenario.sync(follower).response!.error, "NONE");
  for (let ms = 0; ms < 60_000; ms += 5_000) {
    scenario.advance(5_000);
    assert.deepEqual(
      [leader, follower].map((member) => scenario.heartbeat(member)),
      ["NONE", "NONE"],
    );
  }
});
