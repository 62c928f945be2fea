import assert from "node:assert/strict";
import test from "node:test";
import { murmur2, partitionOfKey, StickyPartitioner } from "./partitioner.ts";

test("murmur2 gives the values of Kafka's Java client", () => {
  const golden: [string, number][] = [
    ["21", -973932308],
    ["foobar", -790332482],
    ["a-little-bit-long-string", -985981536],
    ["a-little-bit-longer-string", -1486304829],
    ["lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971],
    ["abc", 479470107],
  ];
  for (const [text, hash] of golden) assert.equal(murmur2(Buffer.from(text)), hash, text);
});

test("partitionOfKey is never negative", () => {
  assert.equal(partitionOfKey(Buffer.from("21"), 16), (-973932308 & 0x7fffffff) % 16);
});

const firstOfAll = { below: () => 0, bytes: (count: number) => Buffer.alloc(count) };

test("records without a key stay on one partition until the sticky size is reached", () => {
  const partitioner = new StickyPartitioner(firstOfAll, 100);
  const chosen = [60, 60, 60].map((sizeBytes) => partitioner.next("t", sizeBytes, [0, 1, 2]));
  assert.deepEqual(chosen, [0, 0, 1]);
});

test("a sticky partition that lost its leader is left at once", () => {
  const partitioner = new StickyPartitioner(firstOfAll, 100);
  partitioner.next("t", 1, [0, 1]);
  assert.equal(partitioner.next("t", 1, [1]), 1);
});

test("the only partition that is left is used again and again", () => {
  const partitioner = new StickyPartitioner(firstOfAll, 1);
  assert.deepEqual([partitioner.next("t", 5, [3]), partitioner.next("t", 5, [3])], [3, 3]);
});
