import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { DeadlineQueue } from "./deadline-queue.ts";

test("DeadlineQueue gives keys back in the order of their times, equal ones in the order they came", () => {
  const queue = new DeadlineQueue();
  for (const [key, atMs] of [
    ["c", 3],
    ["a", 1],
    ["b", 1],
  ] as const)
    queue.schedule(key, atMs);
  assert.equal(queue.next(), 1);
  assert.deepEqual(
    [queue.popDue(3), queue.popDue(3), queue.popDue(2), queue.popDue(3)],
    ["a", "b", null, "c"],
  );
  assert.equal(queue.next(), null);
});

test("DeadlineQueue keeps the earliest time of a key and forgets it once it came up", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom("a", "b", "c"), fc.nat(20))), (entries) => {
      const queue = new DeadlineQueue();
      const earliest = new Map<string, number>();
      for (const [key, atMs] of entries) {
        queue.schedule(key, atMs);
        earliest.set(key, Math.min(atMs, earliest.get(key) ?? Infinity));
      }
      const times: number[] = [];
      for (let next = queue.next(); next !== null; next = queue.next()) {
        times.push(next);
        assert.equal(earliest.get(queue.popDue(next)!), next);
      }
      assert.deepEqual(
        times,
        [...earliest.values()].sort((a, b) => a - b),
      );
    }),
  );
});
