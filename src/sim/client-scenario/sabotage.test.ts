import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { Accumulator } from "../../client/producer/accumulator.ts";
import { NO_NUMBERS } from "../../client/producer/batch-buffer.ts";
import { Delivery } from "../../client/consumer/delivery.ts";
import { PartitionQueue } from "../../client/producer/partition-queue.ts";
import { ProducerBatch } from "../../client/producer/producer-batch.ts";
import { runClientSeed, type ClientSeedOptions } from "./run-client-seed.ts";

/*
 * Our client, broken on purpose in ways that a review might overlook: each must be noticed, and by the invariant that
 * forbids it.
 */

const SEEDS_MAX = 30;

/** Runs seeds until the invariant notices. */
async function mustBeNoticedBy(expected: string, clients: ClientSeedOptions["clients"] = {}): Promise<void> {
  const found: string[] = [];
  for (let seed = 1; seed <= SEEDS_MAX; seed += 1) {
    const { failure } = await runClientSeed({ seed, clients });
    const invariant = (failure as { invariant?: string } | null)?.invariant;
    if (invariant === expected) return;
    if (failure !== null) found.push(invariant ?? String(failure));
  }
  assert.fail(`None of ${SEEDS_MAX} seeds noticed; what they found: ${found.join(", ")}`);
}

/** For the time of the test a method is another, which may call the one that it replaces. */
function replace<T extends object, K extends keyof T>(
  { mock }: TestContext,
  prototype: T,
  ...[name, makeFrom]: [K, (original: T[K]) => T[K]]
): void {
  const replacement = makeFrom(prototype[name]) as (...values: unknown[]) => unknown;
  mock.method(prototype as Record<K, typeof replacement>, name, replacement);
}

test("a producer that frees a batch as it is written, not as it is acknowledged, is noticed", async (context) => {
  const freedBytes = new WeakMap<ProducerBatch, number>();
  replace(
    context,
    Accumulator.prototype,
    "take",
    (take) =>
      function (this: Accumulator, candidate) {
        take.call(this, candidate);
        const { batch } = candidate;
        if (freedBytes.has(batch)) return;
        // Only the account is wrong, so that nothing else can notice, such as the bytes of the next batch in its place.
        freedBytes.set(batch, batch.buffer.sizeBytes);
        this.memory.uncount(batch.buffer.sizeBytes);
      },
  );
  replace(
    context,
    Accumulator.prototype,
    "free",
    (free) =>
      function (this: Accumulator, batch) {
        this.memory.count(freedBytes.get(batch) ?? 0);
        free.call(this, batch);
      },
  );
  await mustBeNoticedBy("FreedWhenAcknowledged");
});

test("a producer that gives a batch new numbers when it sends it again is noticed", async (context) => {
  replace(
    context,
    PartitionQueue.prototype,
    "retry",
    (retry) =>
      function (this: PartitionQueue, ...retried) {
        retried[0].numbers = NO_NUMBERS;
        retry.apply(this, retried);
      },
  );
  await mustBeNoticedBy("IdempotentExactlyOnce", { answersLost: true });
});

test("a producer that tells its caller of success when the batch is written is noticed", async (context) => {
  replace(
    context,
    ProducerBatch.prototype,
    "settle",
    (settle) =>
      function (this: ProducerBatch, outcome) {
        if (!this.isSettled) settle.call(this, outcome);
      },
  );
  replace(
    context,
    Accumulator.prototype,
    "take",
    (take) =>
      function (this: Accumulator, candidate) {
        take.call(this, candidate);
        candidate.batch.settle({ baseOffset: -1, logAppendTimeMs: -1 });
      },
  );
  await mustBeNoticedBy("FreedWhenAcknowledged");
});

test("a consumer that commits a record before the body of the loop went on is noticed", async (context) => {
  replace(
    context,
    Delivery.prototype,
    "note",
    () =>
      function (this: Delivery<unknown, unknown>) {
        this.release();
      },
  );
  await mustBeNoticedBy("CommittedIsProcessed", { comesAndGoes: true });
});
