import assert from "node:assert/strict";
import { test } from "node:test";
import { coordinatorPartition } from "./coordinator-partition.ts";

test("coordinatorPartition follows Java's hash code, over its range and for surrogate pairs", () => {
  // "polygenelubricants" hashes to the smallest int32, whose absolute value is itself in Java.
  assert.equal(coordinatorPartition("polygenelubricants", 50), 0);
  assert.equal(coordinatorPartition("", 50), 0);
  assert.equal(coordinatorPartition("a", 50), 97 % 50);
  assert.equal(coordinatorPartition("Hello", 1_000_000_007), 69_609_650);
  assert.equal(coordinatorPartition("😀", 1_000_000_007), 0xd83d * 31 + 0xde00);
});

test("coordinatorPartition is where a Kafka 4.3.1 was seen to keep groups, also those of a negative hash", () => {
  const seen = {
    simple: 26,
    ret: 1,
    ret2: 31,
    flmww6t8zo: 12,
    ofmww6t9bf: 13,
    h1795614598707: 15,
    stmww6t9cg: 7,
  };
  const computed = Object.keys(seen).map((groupId) => [groupId, coordinatorPartition(groupId, 50)]);
  assert.deepEqual(Object.fromEntries(computed), seen);
});
