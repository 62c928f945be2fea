import assert from "node:assert/strict";
import { test } from "node:test";
import { bytes, GroupScenario, range } from "../../../test/support/group-scenario.ts";

const roundRobin = [{ name: "roundrobin", metadata: bytes("m") }];

test("JoinGroup refuses an empty group id", () => {
  const { response } = new GroupScenario().join({ groupId: "" });
  assert.equal(response!.error, "INVALID_GROUP_ID");
  assert.equal(response!.generation, -1);
});

test("JoinGroup refuses session timeouts outside the configured range, which is inclusive", () => {
  const scenario = new GroupScenario();
  const errors = [5_999, 6_000, 1_800_000, 1_800_001].map(
    (sessionTimeoutMs) => scenario.join({ sessionTimeoutMs }).response!.error,
  );
  const expected = [
    "INVALID_SESSION_TIMEOUT",
    "MEMBER_ID_REQUIRED",
    "MEMBER_ID_REQUIRED",
    "INVALID_SESSION_TIMEOUT",
  ];
  assert.deepEqual(errors, expected);
});

test("JoinGroup takes a negative rebalance timeout as Kafka does", () => {
  assert.equal(new GroupScenario().join({ rebalanceTimeoutMs: -5 }).response!.error, "MEMBER_ID_REQUIRED");
});

test("JoinGroup refuses a member without protocols or protocol type", () => {
  const scenario = new GroupScenario();
  assert.equal(scenario.join({ protocols: [] }).response!.error, "INCONSISTENT_GROUP_PROTOCOL");
  assert.equal(scenario.join({ protocolType: "" }).response!.error, "INCONSISTENT_GROUP_PROTOCOL");
});

test("JoinGroup of a member id in an unknown group answers UNKNOWN_MEMBER_ID and repeats the id", () => {
  const { response } = new GroupScenario().join({ memberId: "ghost" });
  assert.equal(response!.error, "UNKNOWN_MEMBER_ID");
  assert.equal(response!.memberId, "ghost");
});

test("a dynamic member is given an id of client id and uuid first, and joins with it", () => {
  const scenario = new GroupScenario();
  const first = scenario.join();
  assert.equal(first.response!.error, "MEMBER_ID_REQUIRED");
  assert.equal(first.response!.memberId, "probe-uuid1");
  const second = scenario.join({ memberId: "probe-uuid1" });
  scenario.advance(3_000);
  assert.equal(second.response!.error, "NONE");
  assert.equal(second.response!.generation, 1);
});

test("a member that cannot know about MEMBER_ID_REQUIRED joins at once, after the initial delay", () => {
  const scenario = new GroupScenario();
  const join = scenario.join({ requiresKnownMemberId: false });
  scenario.advance(2_999);
  assert.equal(join.response, null);
  scenario.advance(1);
  const { error, generation, leader, memberId, members } = join.response!;
  assert.deepEqual([error, generation, members.length], ["NONE", 1, 1]);
  assert.equal(leader, memberId);
});

test("a new group is in the log before its first member hears of it", () => {
  const scenario = new GroupScenario();
  scenario.holdCommits();
  const join = scenario.join();
  assert.equal(join.response, null);
  assert.equal(scenario.written.length, 1);
  scenario.releaseCommits();
  assert.equal(join.response!.error, "MEMBER_ID_REQUIRED");
});

test("an id that was given out is forgotten after its session timeout", () => {
  const scenario = new GroupScenario();
  const { memberId } = scenario.join().response!;
  scenario.advance(10_000);
  assert.equal(scenario.join({ memberId }).response!.error, "UNKNOWN_MEMBER_ID");
});

test("a rebalance waits for the ids that were given out, until they expire", () => {
  const scenario = new GroupScenario();
  const first = scenario.stableGroup();
  const joined = scenario.joinDynamic();
  scenario.join();
  const again = scenario.join({ memberId: first });
  assert.equal(again.response, null);
  scenario.advance(10_000);
  assert.equal(again.response!.generation, 2);
  assert.equal(joined.join.response!.generation, 2);
});

test("the initial delay is extended while members arrive, at most to the rebalance timeout", () => {
  const scenario = new GroupScenario();
  const first = scenario.join({ requiresKnownMemberId: false, rebalanceTimeoutMs: 7_000 });
  for (let step = 0; step < 3; step += 1) {
    scenario.advance(2_000);
    scenario.join({ requiresKnownMemberId: false, rebalanceTimeoutMs: 7_000 });
  }
  scenario.advance(999);
  assert.equal(first.response, null);
  scenario.advance(1);
  assert.equal(first.response!.members.length, 4);
});

test("only the leader is told the members, and everybody who leads", () => {
  const scenario = new GroupScenario();
  const first = scenario.join({ requiresKnownMemberId: false });
  const second = scenario.join({ requiresKnownMemberId: false });
  scenario.advance(6_000);
  assert.equal(first.response!.members.length, 2);
  assert.deepEqual(second.response!.members, []);
  assert.equal(second.response!.leader, first.response!.memberId);
});

test("the protocol is the one that most members prefer among those that all support", () => {
  const scenario = new GroupScenario();
  const a = { name: "a", metadata: bytes("1") };
  const b = { name: "b", metadata: bytes("2") };
  const c = { name: "c", metadata: bytes("3") };
  const first = scenario.join({ requiresKnownMemberId: false, protocols: [c, a, b] });
  scenario.join({ requiresKnownMemberId: false, protocols: [b, a] });
  scenario.join({ requiresKnownMemberId: false, protocols: [b, a] });
  scenario.advance(6_000);
  assert.equal(first.response!.protocolName, "b");
  assert.deepEqual(first.response!.members[0]!.metadata, bytes("2"));
});

test("JoinGroup refuses a member without a protocol in common, or with another protocol type", () => {
  const scenario = new GroupScenario();
  const memberId = scenario.stableGroup();
  assert.equal(scenario.join({ protocols: roundRobin }).response!.error, "INCONSISTENT_GROUP_PROTOCOL");
  assert.equal(scenario.join({ protocolType: "connect" }).response!.error, "INCONSISTENT_GROUP_PROTOCOL");
  assert.equal(scenario.join({ memberId, protocolType: "connect" }).response!.memberId, memberId);
});

test("a member that was given an id may join although all others have expired meanwhile", () => {
  const scenario = new GroupScenario();
  const members = [0, 1].map(() => scenario.join({ requiresKnownMemberId: false }));
  scenario.advance(6_000);
  for (const { response } of members) scenario.sync({ memberId: response!.memberId, generation: 1 });
  scenario.advance(5_000);
  const { memberId } = scenario.join().response!;
  scenario.advance(5_000);
  assert.equal(scenario.describe(), "PreparingRebalance 0");
  const joined = scenario.join({ memberId });
  scenario.advance(10_000);
  assert.equal(joined.response!.error, "NONE");
});

test("a member that rejoins before the assignment, unchanged, gets the same answer again", () => {
  const scenario = new GroupScenario();
  const { memberId, join } = scenario.joinDynamic();
  scenario.advance(3_000);
  assert.deepEqual(scenario.join({ memberId }).response, join.response);
});

test("a member that rejoins before the assignment with other protocols begins a new round", () => {
  const scenario = new GroupScenario();
  const { memberId } = scenario.joinDynamic();
  scenario.advance(3_000);
  assert.equal(scenario.join({ memberId, protocols: range("other") }).response!.generation, 2);
});

test("a leader that rejoins a stable group forces a rebalance, an unchanged follower does not", () => {
  const scenario = new GroupScenario();
  const leader = scenario.join({ requiresKnownMemberId: false });
  const follower = scenario.join({ requiresKnownMemberId: false });
  scenario.advance(6_000);
  const leaderId = leader.response!.memberId;
  const followerId = follower.response!.memberId;
  scenario.sync({ memberId: leaderId });
  scenario.sync({ memberId: followerId });
  const again = scenario.join({ memberId: followerId });
  assert.deepEqual([again.response!.generation, again.response!.members], [1, []]);
  const forced = scenario.join({ memberId: leaderId });
  assert.equal(forced.response, null);
  assert.equal(scenario.heartbeat({ memberId: followerId }), "REBALANCE_IN_PROGRESS");
  scenario.join({ memberId: followerId });
  assert.equal(forced.response!.generation, 2);
});

test("a follower that rejoins with other protocols begins a rebalance", () => {
  const scenario = new GroupScenario();
  const leader = scenario.join({ requiresKnownMemberId: false });
  const follower = scenario.join({ requiresKnownMemberId: false });
  scenario.advance(6_000);
  scenario.sync({ memberId: leader.response!.memberId });
  const memberId = follower.response!.memberId;
  assert.equal(scenario.join({ memberId, protocols: range("other") }).response, null);
  assert.equal(scenario.describe(), "PreparingRebalance 2");
});

test("the old member id means nothing in a group that has become empty", () => {
  const scenario = new GroupScenario();
  const memberId = scenario.stableGroup();
  scenario.leave([{ memberId }]);
  assert.equal(scenario.describe(), "Empty 0");
  assert.equal(scenario.join({ memberId }).response!.error, "UNKNOWN_MEMBER_ID");
});

test("a group that became empty goes on counting generations", () => {
  const scenario = new GroupScenario();
  scenario.leave([{ memberId: scenario.stableGroup() }]);
  const { join } = scenario.joinDynamic();
  scenario.advance(3_000);
  assert.equal(join.response!.generation, 3);
});

test("a group at its maximum size turns a new member away, and keeps the old ones", () => {
  const scenario = new GroupScenario({ maxSize: 1 });
  const memberId = scenario.stableGroup();
  const { response } = scenario.join();
  assert.deepEqual([response!.error, response!.memberId], ["GROUP_MAX_SIZE_REACHED", ""]);
  assert.equal(scenario.join({ memberId }).response!.generation, 2);
});

test("while a rebalance gathers members, the first to come take the seats", () => {
  const scenario = new GroupScenario({ maxSize: 2 });
  const joins = [1, 2, 3].map(() => scenario.join({ requiresKnownMemberId: false }));
  assert.equal(joins[2]!.response!.error, "GROUP_MAX_SIZE_REACHED");
  scenario.advance(6_000);
  assert.equal(joins[0]!.response!.members.length, 2);
});

test("members that do not come back within the rebalance timeout are out", () => {
  const scenario = new GroupScenario();
  const first = scenario.stableGroup({ sessionTimeoutMs: 90_000 });
  const second = scenario.joinDynamic();
  scenario.advance(59_999);
  assert.equal(second.join.response, null);
  scenario.advance(1);
  assert.equal(second.join.response!.members.length, 1);
  assert.equal(second.join.response!.leader, second.memberId);
  assert.equal(scenario.heartbeat({ memberId: first, generation: 2 }), "UNKNOWN_MEMBER_ID");
});

test("a second JoinGroup of a waiting member takes the place of the first", () => {
  const scenario = new GroupScenario();
  scenario.stableGroup({ sessionTimeoutMs: 90_000 });
  const { memberId, join } = scenario.joinDynamic();
  const retry = scenario.join({ memberId });
  assert.equal(join.response!.error, "REBALANCE_IN_PROGRESS");
  assert.equal(retry.response, null);
});

test("a member whose first join is never answered expires after five minutes although it waits", () => {
  const scenario = new GroupScenario();
  scenario.stableGroup({ sessionTimeoutMs: 1_800_000, rebalanceTimeoutMs: 1_800_000 });
  const ghost = scenario.join({ requiresKnownMemberId: false });
  scenario.advance(299_999);
  assert.equal(ghost.response, null);
  scenario.advance(1);
  assert.equal(ghost.response!.error, "UNKNOWN_MEMBER_ID");
  assert.equal(scenario.describe(), "PreparingRebalance 1");
});

test("a member that waits for the others does not expire", () => {
  const scenario = new GroupScenario();
  const first = scenario.stableGroup({ rebalanceTimeoutMs: 120_000 });
  const pending = scenario.join({ sessionTimeoutMs: 100_000 }).response!.memberId;
  const waiting = scenario.join({ memberId: first, rebalanceTimeoutMs: 120_000 });
  scenario.advance(50_000);
  assert.equal(waiting.response, null);
  assert.equal(scenario.describe(), "PreparingRebalance 1");
  scenario.leave([{ memberId: pending }]);
  assert.equal(waiting.response!.generation, 2);
});
