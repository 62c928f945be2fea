import assert from "node:assert/strict";
import { test } from "node:test";
import { GroupScenario, range } from "../../../test/support/group-scenario.ts";

/** What was noted since the last time. */
function notesOf(scenario: GroupScenario): string[] {
  return scenario.notes.splice(0);
}

test("members that join and leave are named with what they did", () => {
  const scenario = new GroupScenario();
  const first = scenario.stableGroup();
  assert.deepEqual(notesOf(scenario), [`member ${first} joins`, "generation 1 begins with 1 member"]);
  const second = scenario.joinDynamic().memberId;
  assert.deepEqual(notesOf(scenario), [`member ${second} joins`]);
  scenario.join({ memberId: first });
  assert.deepEqual(notesOf(scenario), ["generation 2 begins with 2 members"]);
  scenario.leave([{ memberId: second }]);
  assert.equal(notesOf(scenario)[0], `member ${second} leaves`);
});

test("a session that ends is noted with its length", () => {
  const scenario = new GroupScenario();
  const memberId = scenario.stableGroup();
  notesOf(scenario);
  scenario.advance(10_000);
  assert.deepEqual(notesOf(scenario), [
    `member ${memberId} is out: no heartbeat within its session timeout of 10000 ms`,
    "generation 2 begins with 0 members",
  ]);
});

test("a leader that joins again asks for a new assignment, and other protocols are a change", () => {
  const scenario = new GroupScenario();
  const memberId = scenario.stableGroup();
  notesOf(scenario);
  scenario.join({ memberId });
  assert.equal(notesOf(scenario)[0], `the leader ${memberId} asks for a new assignment`);
  scenario.join({ memberId, protocols: range("other") });
  assert.equal(notesOf(scenario)[0], `member ${memberId} changed its subscription or its assignors`);
});

test("a group that is left alone notes nothing", () => {
  const scenario = new GroupScenario();
  const memberId = scenario.stableGroup();
  notesOf(scenario);
  for (let count = 0; count < 5; count += 1) {
    scenario.advance(5_000);
    assert.equal(scenario.heartbeat({ memberId }), "NONE");
  }
  assert.deepEqual(notesOf(scenario), []);
});
