import assert from "node:assert/strict";
import test from "node:test";
import { BatchBuffer } from "./batch-buffer.ts";
import { BatchMemory } from "./batch-memory.ts";
import { PartitionQueue, type ProducerIdentity } from "./partition-queue.ts";
import { ProducerBatch } from "./producer-batch.ts";

const target = { topic: "t", partition: 0 };
const identity: ProducerIdentity = { producerId: 7, producerEpoch: 0 };
const IN_FLIGHT_MAX = 5;
const memory = new BatchMemory(2 ** 24, 512);

/** A queue with so many batches of three records each. */
function queueOf(count: number, isIdempotent = true): [PartitionQueue, ProducerBatch[]] {
  const queue = new PartitionQueue(target, { batchBytesMax: 512, isIdempotent });
  const batches = Array.from({ length: count }, (_, index) => {
    const buffer = new BatchBuffer(memory, memory.take(512)!, 512);
    for (let i = 0; i < 3; i += 1) buffer.append({ key: null, value: null, headers: [] }, 0);
    buffer.seal({ codec: "none" });
    const batch = new ProducerBatch(buffer, { target, createdMs: 0, order: index });
    batch.recordCount = 3;
    queue.waiting.push(batch);
    return batch;
  });
  return [queue, batches];
}

/** All that may leave now leaves. */
function takeAll(queue: PartitionQueue, current: ProducerIdentity | null = identity): ProducerBatch[] {
  const taken: ProducerBatch[] = [];
  for (;;) {
    const batch = queue.next(IN_FLIGHT_MAX);
    if (batch === null || queue.needsIdentity(batch, current)) return taken;
    queue.take(batch, current);
    taken.push(batch);
  }
}

const numbersOf = ({ numbers }: ProducerBatch): number[] => [numbers.producerEpoch, numbers.baseSequence];

test("the first batch of a producer goes alone, those after it are five at a time", () => {
  const [queue, batches] = queueOf(8);
  assert.deepEqual(takeAll(queue), [batches[0]]);
  queue.acknowledged(batches[0]!);
  assert.deepEqual(takeAll(queue), batches.slice(1, 6));
  queue.acknowledged(batches[1]!);
  assert.deepEqual(takeAll(queue), [batches[6]]);
  assert.deepEqual(numbersOf(batches[6]!), [0, 18]);
});

test("batches that come back go again in order, one by one, with the numbers they had", () => {
  const [queue, batches] = queueOf(6);
  queue.acknowledged(takeAll(queue)[0]!);
  const out = takeAll(queue);
  for (const batch of [out[1]!, out[0]!, out[3]!, out[2]!, out[4]!]) {
    assert.deepEqual(takeAll(queue), [], "nothing leaves while others of the time before are out");
    queue.retry(batch, 70);
  }
  assert.equal(queue.retryAtMs, 70);
  for (let i = 1; i < 6; i += 1) {
    assert.deepEqual(takeAll(queue), [batches[i]]);
    assert.deepEqual(numbersOf(batches[i]!), [0, i * 3]);
    queue.acknowledged(batches[i]!);
  }
});

test("after a refusal for good, those behind it get numbers of the next epoch", () => {
  const [queue, batches] = queueOf(5);
  queue.acknowledged(takeAll(queue)[0]!);
  takeAll(queue);
  queue.failed(batches[1]!);
  queue.retry(batches[2]!, 0); // Refused, out of order: it was not stored.
  assert.deepEqual(takeAll(queue), [], "an epoch ends when nothing of it is on its way");
  queue.retry(batches[3]!, 0);
  queue.retry(batches[4]!, 0);
  assert.deepEqual(takeAll(queue), [batches[2]]);
  assert.deepEqual(numbersOf(batches[2]!), [1, 0]);
  queue.acknowledged(batches[2]!);
  assert.deepEqual(takeAll(queue), [batches[3]]);
  assert.deepEqual(numbersOf(batches[3]!), [1, 3]);
});

test("a batch that may have been stored keeps its numbers until the broker says that it was not", () => {
  const [queue, batches] = queueOf(3);
  queue.acknowledged(takeAll(queue)[0]!);
  takeAll(queue);
  const [, lost, uncertain] = batches;
  uncertain!.mayBeStored = true;
  queue.retry(uncertain!, 0);
  queue.failed(lost!);
  assert.deepEqual(takeAll(queue), [uncertain]);
  assert.deepEqual(numbersOf(uncertain!), [0, 6]);
  queue.outOfOrder(uncertain!);
  queue.retry(uncertain!, 0);
  assert.deepEqual(takeAll(queue), [uncertain]);
  assert.deepEqual(numbersOf(uncertain!), [1, 0]);
});

test("a batch that came before its turn keeps its numbers", () => {
  const [queue, batches] = queueOf(3);
  queue.acknowledged(takeAll(queue)[0]!);
  takeAll(queue);
  queue.outOfOrder(batches[2]!);
  queue.retry(batches[2]!, 0);
  queue.retry(batches[1]!, 0);
  assert.deepEqual(takeAll(queue), [batches[1]]);
  queue.acknowledged(batches[1]!);
  assert.deepEqual(takeAll(queue), [batches[2]]);
  assert.deepEqual(numbersOf(batches[2]!), [0, 6]);
});

test("sequences wrap to 0 after the greatest 32-bit number", () => {
  const [queue, batches] = queueOf(3);
  takeAll(queue);
  batches[0]!.numbers = { ...batches[0]!.numbers, baseSequence: 2 ** 31 - 3 };
  queue.retrySplit(
    batches[0]!,
    [batches[1]!, batches[2]!].map((part) => copyOf(part, batches[0]!)),
  );
  const [first, second] = queue.waiting;
  assert.deepEqual(numbersOf(first!), [0, 2 ** 31 - 3]);
  assert.deepEqual(numbersOf(second!), [0, 0]);
});

function copyOf(part: ProducerBatch, whole: ProducerBatch): ProducerBatch {
  const copy = new ProducerBatch(part.buffer, { target, createdMs: 0, order: whole.order });
  copy.recordCount = 3;
  return copy;
}

test("the last epoch is followed by another producer id", () => {
  const [queue, batches] = queueOf(2);
  takeAll(queue, { producerId: 7, producerEpoch: 32_767 });
  queue.failed(batches[0]!);
  assert.deepEqual(takeAll(queue, { producerId: 7, producerEpoch: 32_767 }), [], "that one is used up");
  assert.deepEqual(takeAll(queue, { producerId: 8, producerEpoch: 0 }), [batches[1]]);
  assert.equal(batches[1]!.numbers.producerId, 8);
});

test("without idempotence batches have no numbers and go on past one that comes back", () => {
  const [queue, batches] = queueOf(4, false);
  assert.equal(takeAll(queue, null).length, 4);
  queue.retry(batches[1]!, 0);
  assert.deepEqual(takeAll(queue, null), [batches[1]]);
  assert.deepEqual(numbersOf(batches[1]!), [-1, -1]);
});
