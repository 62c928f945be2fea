import assert from "node:assert/strict";
import test from "node:test";
import { Accumulator, recordSizeBytes, type BufferedRecord, type PendingBatch } from "./accumulator.ts";

const target = { topic: "t", partition: 0 };
const once = { inFlightMax: 5, flush: false };

function record(valueBytes: number): BufferedRecord {
  return { timestamp: 0, key: null, value: Buffer.alloc(valueBytes), headers: [] };
}

function accumulator(limits: Partial<ConstructorParameters<typeof Accumulator>[0]> = {}): Accumulator {
  return new Accumulator({ batchSizeBytes: 1_000, lingerMs: 5, bufferMemoryBytes: 10_000, ...limits });
}

test("a small batch waits for its linger time and no longer", () => {
  const buffer = accumulator();
  buffer.add(target, record(10), 100);
  assert.equal(buffer.nextReadyAtMs(5), 105);
  assert.equal(buffer.takeReady(104, once).length, 0);
  assert.equal(buffer.takeReady(105, once).length, 1);
});

test("a full batch leaves at once, and the next record starts another", () => {
  const buffer = accumulator();
  for (let i = 0; i < 3; i += 1) buffer.add(target, record(400), 100);
  const [first] = buffer.takeReady(100, once);
  assert.equal(first!.records.length, 2);
  assert.equal(buffer.takeReady(100, once).length, 0, "the second one still lingers");
});

test("a record larger than a batch travels alone", () => {
  const buffer = accumulator();
  buffer.add(target, record(5_000), 0);
  assert.equal(buffer.takeReady(0, once)[0]!.records.length, 1);
});

test("memory is freed when a batch is settled, not when it leaves", () => {
  const buffer = accumulator({ bufferMemoryBytes: 500 });
  buffer.add(target, record(400), 0);
  const [batch] = buffer.takeReady(9, once);
  assert.equal(buffer.hasRoom(400), false);
  buffer.settle(batch!, "acknowledged");
  assert.equal(buffer.hasRoom(400), true);
  assert.equal(buffer.isEmpty, true);
});

/** One after the other, each acknowledged before the next leaves. */
function drain(buffer: Accumulator, nowMs: number): PendingBatch[] {
  const drained: PendingBatch[] = [];
  for (;;) {
    const [batch] = buffer.takeReady(nowMs, once);
    if (batch === undefined) return drained;
    assert.equal(buffer.takeReady(nowMs, once).length, 0, "a retry goes alone");
    buffer.settle(batch, "acknowledged");
    drained.push(batch);
  }
}

test("retried batches go back in the order of their sequences, before newer records, and one by one", () => {
  const buffer = accumulator();
  buffer.add(target, record(900), 0);
  buffer.settle(buffer.takeReady(50, once)[0]!, "acknowledged");
  for (let i = 0; i < 3; i += 1) buffer.add(target, record(900), i);
  const out = [0, 1, 2].flatMap(() => buffer.takeReady(50, once));
  out.forEach((batch, index) => {
    batch.baseSequence = index;
  });
  for (const batch of [out[1]!, out[0]!, out[2]!]) buffer.retry(batch, 70);
  assert.equal(buffer.takeReady(69, once).length, 0, "all wait for the back-off");
  assert.deepEqual(
    drain(buffer, 80).map((batch) => batch.baseSequence),
    [0, 1, 2],
  );
});

test("the first batch of a producer goes alone, those after it are pipelined", () => {
  const buffer = accumulator();
  for (let i = 0; i < 4; i += 1) buffer.add(target, record(900), 0);
  const [first] = buffer.takeReady(50, once);
  assert.equal(buffer.takeReady(50, once).length, 0);
  buffer.settle(first!, "acknowledged");
  assert.equal([0, 1, 2].flatMap(() => buffer.takeReady(50, once)).length, 3);
});

test("a partition has no more batches in flight than it may", () => {
  const buffer = accumulator();
  for (let i = 0; i < 3; i += 1) buffer.add(target, record(900), 0);
  const limit = { inFlightMax: 1, flush: true };
  const [first] = buffer.takeReady(0, limit);
  assert.equal(buffer.takeReady(0, limit).length, 0);
  buffer.settle(first!, "acknowledged");
  assert.equal(buffer.takeReady(0, limit).length, 1);
});

test("a batch that waited past its delivery time is given up", () => {
  const buffer = accumulator();
  buffer.add(target, record(10), 100);
  assert.equal(buffer.takeExpired(100).length, 0);
  assert.equal(buffer.takeExpired(101).length, 1);
  assert.equal(buffer.isEmpty, true);
});

test("recordSizeBytes counts key, value and headers", () => {
  const headers = [{ key: "h", value: Buffer.alloc(4) }];
  const size = recordSizeBytes({ timestamp: 0, key: Buffer.alloc(3), value: Buffer.alloc(7), headers });
  assert.equal(size, 21 + 3 + 7 + 10 + 1 + 4);
});
