import assert from "node:assert/strict";
import { test } from "node:test";
import { TurnTaking } from "./turn-taking.ts";

const PROMPT_MS = 0.1;

/** A peer whose requests come so many milliseconds after the answer before; the verdict after each answer. */
function verdicts(
  gapsMs: readonly number[],
  isOneRequest: (index: number) => boolean = () => true,
): boolean[] {
  const turns = new TurnTaking(PROMPT_MS);
  let nowMs = 1_000;
  return gapsMs.map((gapMs, index) => {
    nowMs += gapMs;
    turns.received(nowMs, isOneRequest(index));
    return turns.isTaken && turns.answered(nowMs);
  });
}

const prompt = (count: number): number[] => Array.from({ length: count }, () => 0.05);

test("A peer that sends promptly after each answer is worth staying awake for, after eight times", () => {
  const seen = verdicts(prompt(12));
  assert.deepEqual(seen.slice(0, 8), Array(8).fill(false)); // The first has no answer before it.
  assert.deepEqual(seen.slice(8), Array(4).fill(true));
});

test("One late request, and the peer must earn it again", () => {
  const seen = verdicts([...prompt(10), 0.2, ...prompt(9)]);
  assert.equal(seen[9], true);
  assert.deepEqual(seen.slice(10, 18), Array(8).fill(false));
  assert.equal(seen[18], true);
});

test("A peer with several requests under way takes no turns", () => {
  assert.ok(!verdicts(prompt(30), () => false).includes(true));
  assert.ok(!verdicts(prompt(30), (index) => index % 5 !== 0).includes(true));
});

test("With no time allowed, nobody is waited for", () => {
  const turns = new TurnTaking(0);
  for (let i = 0; i < 20; i += 1) {
    turns.received(1_000, true);
    assert.equal(turns.isTaken, false);
  }
});
