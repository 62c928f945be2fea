import assert from "node:assert/strict";
import { test } from "node:test";
import { bytes, GroupScenario } from "../../../test/support/group-scenario.ts";

/** Two members of generation 1 that have not synced yet; the first leads. */
function completing(sessionTimeoutMs = 10_000): {
  scenario: GroupScenario;
  leader: string;
  follower: string;
} {
  const scenario = new GroupScenario();
  const first = scenario.join({ requiresKnownMemberId: false, sessionTimeoutMs });
  const second = scenario.join({ requiresKnownMemberId: false, sessionTimeoutMs });
  scenario.advance(6_000);
  return { scenario, leader: first.response!.memberId, follower: second.response!.memberId };
}

test("SyncGroup refuses an empty group id, an unknown group and an unknown member", () => {
  const { scenario } = completing();
  assert.equal(scenario.sync({ groupId: "" }).response!.error, "INVALID_GROUP_ID");
  assert.equal(scenario.sync({ groupId: "other", memberId: "x" }).response!.error, "UNKNOWN_MEMBER_ID");
  assert.equal(scenario.sync({ memberId: "x" }).response!.error, "UNKNOWN_MEMBER_ID");
});

test("SyncGroup refuses another generation, then another protocol type or name", () => {
  const { scenario, leader: memberId } = completing();
  assert.equal(scenario.sync({ memberId, generation: 2 }).response!.error, "ILLEGAL_GENERATION");
  assert.equal(scenario.sync({ memberId, protocolName: "x" }).response!.error, "INCONSISTENT_GROUP_PROTOCOL");
  assert.equal(scenario.sync({ memberId, protocolType: "x" }).response!.error, "INCONSISTENT_GROUP_PROTOCOL");
});

test("followers wait for the leader, and members that it left out get no bytes", () => {
  const { scenario, leader, follower } = completing();
  const waiting = scenario.sync({ memberId: follower });
  assert.equal(waiting.response, null);
  const assignments = [{ memberId: leader, assignment: bytes("mine") }];
  const own = scenario.sync({ memberId: leader, assignments });
  assert.deepEqual(own.response, {
    error: "NONE",
    protocolType: "consumer",
    protocolName: "range",
    assignment: bytes("mine"),
  });
  assert.equal(waiting.response!.assignment.length, 0);
  assert.equal(scenario.describe(), "Stable 2");
});

test("nobody hears of an assignment before it is committed", () => {
  const { scenario, leader, follower } = completing();
  scenario.holdCommits();
  const syncs = [leader, follower].map((memberId) => scenario.sync({ memberId }));
  assert.deepEqual(
    syncs.map((sync) => sync.response),
    [null, null],
  );
  assert.equal(scenario.describe(), "CompletingRebalance 2");
  scenario.releaseCommits();
  assert.deepEqual(
    syncs.map((sync) => sync.response!.error),
    ["NONE", "NONE"],
  );
});

test("an assignment that is committed after the group moved on is not given to anybody", () => {
  const { scenario, leader } = completing();
  scenario.holdCommits();
  const sync = scenario.sync({ memberId: leader });
  scenario.joinDynamic();
  assert.equal(sync.response!.error, "REBALANCE_IN_PROGRESS");
  scenario.releaseCommits();
  assert.equal(scenario.describe(), "PreparingRebalance 3");
});

test("SyncGroup of a stable group repeats the assignment and ignores a new one", () => {
  const { scenario, leader: memberId } = completing();
  scenario.sync({ memberId, assignments: [{ memberId, assignment: bytes("first") }] });
  const again = scenario.sync({ memberId, assignments: [{ memberId, assignment: bytes("second") }] });
  assert.deepEqual(again.response!.assignment, bytes("first"));
});

test("SyncGroup while a rebalance is prepared answers REBALANCE_IN_PROGRESS", () => {
  const { scenario, leader: memberId } = completing();
  scenario.sync({ memberId });
  scenario.joinDynamic();
  assert.equal(scenario.sync({ memberId }).response!.error, "REBALANCE_IN_PROGRESS");
});

test("members that do not sync within the rebalance timeout are out, and the others begin again", () => {
  const { scenario, leader, follower } = completing();
  const sync = scenario.sync({ memberId: leader });
  for (let ms = 0; ms < 60_000; ms += 5_000) {
    scenario.heartbeat({ memberId: follower });
    scenario.heartbeat({ memberId: leader });
    scenario.advance(5_000);
  }
  assert.equal(sync.response!.error, "NONE");
  assert.equal(scenario.describe(), "PreparingRebalance 1");
  assert.equal(scenario.heartbeat({ memberId: follower }), "UNKNOWN_MEMBER_ID");
});

test("a leader that dies before its assignment makes those who wait for it join again", () => {
  const { scenario, leader, follower } = completing();
  const waiting = scenario.sync({ memberId: follower });
  scenario.advance(10_000);
  assert.equal(waiting.response!.error, "REBALANCE_IN_PROGRESS");
  assert.equal(scenario.describe(), "PreparingRebalance 1");
  assert.equal(scenario.join({ memberId: follower }).response!.leader, follower);
  assert.equal(scenario.heartbeat({ memberId: leader, generation: 2 }), "UNKNOWN_MEMBER_ID");
});

test("a second SyncGroup of a waiting member takes the place of the first", () => {
  const { scenario, leader, follower } = completing();
  const first = scenario.sync({ memberId: follower });
  const second = scenario.sync({ memberId: follower });
  assert.equal(first.response!.error, "REBALANCE_IN_PROGRESS");
  scenario.sync({ memberId: leader });
  assert.equal(second.response!.error, "NONE");
});

test("the time to sync ends with its round: a rebalance that begins meanwhile takes nobody's seat", () => {
  const { scenario } = completing(100_000);
  scenario.advance(55_000);
  scenario.joinDynamic({ sessionTimeoutMs: 100_000 });
  scenario.advance(10_000);
  assert.equal(scenario.describe(), "PreparingRebalance 3");
});
