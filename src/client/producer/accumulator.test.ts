import assert from "node:assert/strict";
import test from "node:test";
import { decodeRecords } from "../../wire/kafka/decode-records.ts";
import { Accumulator } from "./accumulator.ts";
import type { PartitionQueue } from "./partition-queue.ts";
import type { ProducerBatch } from "./producer-batch.ts";
import { PRODUCER_DEFAULTS, type ProducerSettings } from "./producer-options.ts";

function accumulator(settings: Partial<ProducerSettings> = {}): [Accumulator, PartitionQueue] {
  const buffer = new Accumulator({ ...PRODUCER_DEFAULTS, batchSizeBytes: 1_024, lingerMs: 5, ...settings });
  return [buffer, buffer.newQueue({ topic: "t", partition: 0 })];
}

/** A batch of one record of so many bytes. */
function add(
  buffer: Accumulator,
  queue: PartitionQueue,
  ...[sizeBytes, nowMs]: [number, number]
): ProducerBatch {
  const batch = buffer.openBatch(queue, sizeBytes + 36, nowMs)!;
  batch.buffer.append({ key: null, value: Buffer.alloc(sizeBytes), headers: [] }, 0);
  return batch;
}

test("a small batch waits for its linger time and no longer", () => {
  const [buffer, queue] = accumulator();
  add(buffer, queue, 10, 100);
  assert.equal(buffer.nextEventMs(100, false), 105);
  assert.equal(buffer.ready(104, false).length, 0);
  assert.equal(buffer.ready(105, false).length, 1);
});

test("nothing lingers when there is hurry", () => {
  const [buffer, queue] = accumulator();
  add(buffer, queue, 10, 100);
  assert.equal(buffer.ready(100, true).length, 1);
});

test("a batch that is followed by another does not linger", () => {
  const [buffer, queue] = accumulator();
  const first = add(buffer, queue, 900, 100);
  add(buffer, queue, 900, 100);
  assert.deepEqual(buffer.ready(100, false), [{ queue, batch: first }]);
});

test("a record larger than a batch gets one of its own", () => {
  const [buffer, queue] = accumulator();
  const large = add(buffer, queue, 5_000, 0);
  assert.equal(large.buffer.makeRoom(40), false);
});

test("there is no batch without memory, and there is when one is freed", () => {
  const [buffer, queue] = accumulator({ bufferMemoryBytes: 1_500 });
  const batch = add(buffer, queue, 900, 0);
  assert.equal(buffer.openBatch(queue, 900, 0), null);
  buffer.take({ queue, batch });
  queue.take(batch, { producerId: 1, producerEpoch: 0 });
  assert.equal(buffer.openBatch(queue, 900, 0), null, "that it left is not enough");
  queue.acknowledged(batch);
  buffer.free(batch);
  assert.notEqual(buffer.openBatch(queue, 900, 0), null);
});

test("a batch begins with as much memory as the one before it needed", () => {
  const [buffer, queue] = accumulator();
  const batch = add(buffer, queue, 800, 0);
  buffer.take({ queue, batch });
  const before = buffer.memory.usedBytes;
  buffer.openBatch(queue, 40, 0);
  assert.equal(buffer.memory.usedBytes - before, 1_024);
});

test("a batch whose delivery time is over is found, and the time when that will be is known", () => {
  const [buffer, queue] = accumulator({ deliveryTimeoutMs: 1_000, lingerMs: 0 });
  const batch = add(buffer, queue, 10, 100);
  assert.equal(buffer.nextEventMs(500, false), 1_100);
  assert.equal(buffer.expired(1_099).length, 0);
  assert.deepEqual(buffer.expired(1_100), [{ queue, batch }]);
});

test("a batch is over at the very time that was waited for, whatever fractions round to", () => {
  const [buffer, queue] = accumulator({ deliveryTimeoutMs: 4_000, lingerMs: 0 });
  for (let index = 0; index < 1_000; index += 1) {
    const batch = add(buffer, queue, 10, index * 0.1 + 1 / 3);
    assert.equal(buffer.expired(buffer.nextEventMs(index, false)).length, 1);
    queue.failed(batch);
    buffer.free(batch);
  }
});

test("the halves of a batch have its records in order, and later batches are no larger", () => {
  const [buffer, queue] = accumulator({ compression: "lz4" });
  const batch = buffer.openBatch(queue, 60, 0)!;
  for (let i = 0; i < 5; i += 1) {
    assert.ok(batch.buffer.makeRoom(60));
    batch.buffer.append({ key: null, value: Buffer.from(String(i)), headers: [] }, 10 + i);
  }
  buffer.take({ queue, batch });
  const sizeBytes = batch.buffer.sizeBytes;
  const halves = buffer.split(queue, batch).map((half) => decodeRecords(Buffer.concat(half.buffer.pieces())));
  assert.deepEqual(
    halves.map((records) => records.map(({ value, timestamp }) => [value!.toString(), timestamp])),
    [
      [
        ["0", 10],
        ["1", 11],
        ["2", 12],
      ],
      [
        ["3", 13],
        ["4", 14],
      ],
    ],
  );
  assert.equal(queue.batchBytesMax, Math.ceil(sizeBytes / 2));
});

test("a batch has expired at the very moment that was named for it, however the sum rounds", () => {
  const deliveryTimeoutMs = 15_000;
  const [buffer, queue] = accumulator({ deliveryTimeoutMs, lingerMs: 0 });
  // Added to the timeout it rounds down, so that the timeout taken away again gives less.
  const createdMs = [...Array(1_000).keys()]
    .map((index) => 4_081.573 + index / 7_000)
    .find((ms) => ms + deliveryTimeoutMs - deliveryTimeoutMs < ms)!;
  const batch = add(buffer, queue, 10, createdMs);
  const atMs = buffer.nextEventMs(createdMs, false);
  assert.equal(atMs, createdMs + deliveryTimeoutMs);
  assert.deepEqual(buffer.expired(atMs), [{ queue, batch }]);
});
