import assert from "node:assert/strict";
import test from "node:test";
import { SeededRandom } from "../../base/seeded-random.ts";
import type { Random } from "../../ports/random.ts";
import { murmur2, partitionOfKey, StickyPartitioner, type PartitionView } from "./partitioner.ts";

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

function is(open: ReturnType<PartitionView["open"]>): PartitionView {
  return { open: () => open, waiting: () => 0 };
}

function sticky(choices: readonly number[], random: Random = firstOfAll): StickyPartitioner {
  const partitioner = new StickyPartitioner(random, 100);
  partitioner.chooseFrom(choices);
  return partitioner;
}

test("records without a key stay on one partition until its batch is full", () => {
  const partitioner = sticky([0, 1, 2]);
  assert.equal(partitioner.next(60, is("none")), 0);
  assert.equal(partitioner.next(60, is("has-room")), 0);
  assert.equal(partitioner.next(60, is("has-room")), 0, "a batch is filled, however much went before");
  assert.equal(partitioner.next(60, is("full")), 1);
});

test("records in small batches stay on one partition until a batch's worth went there", () => {
  const partitioner = sticky([0, 1, 2]);
  const chosen = [60, 60, 60].map((sizeBytes) => partitioner.next(sizeBytes, is("none")));
  assert.deepEqual(chosen, [0, 0, 1]);
});

test("a sticky partition that lost its leader is left at once", () => {
  const partitioner = sticky([0, 1]);
  partitioner.next(1, is("none"));
  partitioner.chooseFrom([1]);
  assert.equal(partitioner.next(1, is("has-room")), 1);
});

test("the only partition that is left is used again and again", () => {
  const partitioner = sticky([3]);
  assert.deepEqual([partitioner.next(500, is("none")), partitioner.next(500, is("full"))], [3, 3]);
});

test("in the long run every partition gets the same", () => {
  const partitioner = sticky([0, 1, 2, 3, 4], new SeededRandom(3));
  const counts = [0, 0, 0, 0, 0];
  for (let i = 0; i < 10_000; i += 1) counts[partitioner.next(100, is("none"))]! += 1;
  for (const count of counts) assert.ok(count > 1_800 && count < 2_200, counts.join(", "));
});

test("a partition whose batches wait for a slow leader gets less", () => {
  const partitioner = sticky([0, 1, 2, 3], new SeededRandom(3));
  const view: PartitionView = { open: () => "full", waiting: (partition) => (partition === 2 ? 9 : 1) };
  const counts = [0, 0, 0, 0];
  for (let i = 0; i < 1_000; i += 1) counts[partitioner.next(100, view)]! += 1;
  assert.ok(counts[2]! > 0 && counts[2]! < 150, counts.join(", "));
});
