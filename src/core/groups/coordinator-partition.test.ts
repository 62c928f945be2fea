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
