import assert from "node:assert/strict";
import { test } from "node:test";
import { CommitWaiters } from "./commit-waiters.ts";

function waitersOf(...offsets: [offset: number, deadlineMs: number][]) {
  const waiters = new CommitWaiters();
  const answers: string[] = [];
  for (const [offset, deadlineMs] of offsets) {
    waiters.add({ offset, deadlineMs, listener: (isCommitted) => answers.push(`${offset}:${isCommitted}`) });
  }
  return { waiters, answers };
}

test("CommitWaiters answers in order what the high watermark has passed", () => {
  const { waiters, answers } = waitersOf([3, 100], [5, 100], [9, 100]);
  waiters.advance(5);
  assert.deepEqual(answers, ["3:true", "5:true"]);
  assert.equal(waiters.size, 1);
});

test("CommitWaiters lets only those go whose time has run out", () => {
  const { waiters, answers } = waitersOf([3, 100], [5, 50], [9, 200]);
  waiters.expire(99);
  assert.deepEqual(answers, ["5:false"]);
  waiters.expire(100);
  assert.deepEqual(answers, ["5:false", "3:false"]);
  waiters.advance(9);
  assert.deepEqual(answers, ["5:false", "3:false", "9:true"]);
});

test("CommitWaiters takes new waiters while it answers old ones", () => {
  const { waiters, answers } = waitersOf([1, 100]);
  waiters.add({
    offset: 2,
    deadlineMs: 100,
    listener: () => waiters.add({ offset: 4, deadlineMs: 100, listener: () => answers.push("late") }),
  });
  waiters.advance(2);
  assert.equal(waiters.size, 1);
  waiters.advance(4);
  assert.deepEqual(answers, ["1:true", "late"]);
});
