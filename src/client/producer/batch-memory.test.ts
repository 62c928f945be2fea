import assert from "node:assert/strict";
import test from "node:test";
import { BatchMemory } from "./batch-memory.ts";

test("memory that was given back is used again", () => {
  const memory = new BatchMemory(2 ** 20, 65_536);
  const first = memory.take(65_536)!;
  memory.give(first);
  assert.equal(memory.take(40_000), first, "its size is rounded up to the same");
});

test("no more than the limit is out at once", () => {
  const memory = new BatchMemory(100_000, 65_536);
  const first = memory.take(60_000)!;
  assert.equal(memory.hasRoom(60_000), false);
  assert.equal(memory.take(60_000), null);
  memory.give(first);
  assert.equal(memory.usedBytes, 0);
  assert.notEqual(memory.take(60_000), null);
});

test("a record larger than a batch gets what it needs and no more", () => {
  const memory = new BatchMemory(2 ** 20, 65_536);
  assert.equal(memory.take(100_001)!.length, 100_001);
});

test("what is kept makes way for sizes that are asked for", () => {
  const memory = new BatchMemory(65_536, 65_536);
  const small = [1, 2, 3, 4].map(() => memory.take(16_384)!);
  for (const buffer of small) memory.give(buffer);
  memory.give(memory.take(65_536)!);
  const again = memory.take(16_384)!;
  assert.ok(!small.includes(again), "they were dropped, or there would be twice the limit");
});

test("memory made elsewhere counts", () => {
  const memory = new BatchMemory(1_000, 512);
  memory.count(900);
  assert.equal(memory.take(512), null);
  memory.uncount(900);
  assert.notEqual(memory.take(512), null);
});
