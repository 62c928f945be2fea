import assert from "node:assert/strict";
import { test } from "node:test";
import { BufferPool } from "../../base/buffer-pool.ts";
import { SeededRandom } from "../../base/seeded-random.ts";
import { batchOf, config, openStore, valuesIn, World } from "./log-fixture.test.ts";
import { MemoryTail, TailBudget } from "./memory-tail.ts";
import type { PartitionLog } from "./partition-log.ts";

const KIB = 1024;
const LARGE_BYTES = 128 * KIB;
const EVERYTHING = { maxBytes: Infinity, minOneBatch: true, upperOffset: Infinity };

function tailOf(bytesMax: number): { pool: BufferPool; budget: TailBudget; tail: MemoryTail } {
  const pool = new BufferPool(4 * KIB * KIB);
  const budget = new TailBudget(4 * bytesMax, pool);
  return { pool, budget, tail: new MemoryTail({ budget, bytesMax }, 0) };
}

/** A request's memory from the pool, filled with one number. */
function filled(pool: BufferPool, sizeBytes: number, number: number): Buffer {
  return pool.take(sizeBytes).fill(number);
}

function isFilledWith(number: number, piece: Buffer): boolean {
  return piece.equals(Buffer.alloc(piece.length, number));
}

test("a large batch is kept in the memory it came in, whoever gives that back meanwhile", () => {
  const { pool, tail } = tailOf(512 * KIB);
  const request = filled(pool, LARGE_BYTES, 7);
  tail.append(request.subarray(100), 0, 0);
  pool.give(request); // As the connection does when the request has been carried out.
  assert.notEqual(pool.take(LARGE_BYTES).buffer, request.buffer);
  assert.equal(tail.read({ offset: 0, ...EVERYTHING })![0]!.buffer, request.buffer);
});

test("memory that was kept serves the next request once its batch has left the tail", () => {
  const { pool, tail } = tailOf(512 * KIB);
  const first = filled(pool, LARGE_BYTES, 0);
  tail.append(first, 0, 0);
  for (let offset = 1; offset < 5; offset += 1) {
    tail.expectReader();
    tail.append(filled(pool, LARGE_BYTES, 0), offset, offset);
  }
  assert.equal(tail.startOffset, 1);
  assert.equal(pool.take(LARGE_BYTES).buffer, first.buffer);
});

test("a small batch is copied, and does not hold on to the request that it came in", () => {
  const { pool, tail } = tailOf(512 * KIB);
  const request = filled(pool, LARGE_BYTES, 7);
  tail.append(request.subarray(0, 1000), 0, 0);
  pool.give(request);
  assert.equal(pool.take(LARGE_BYTES).buffer, request.buffer);
  assert.ok(tail.sizeBytes <= 4 * KIB);
});

test("memory that all readers have given back serves the next request", () => {
  const { pool, budget, tail } = tailOf(512 * KIB);
  const first = filled(pool, LARGE_BYTES, 0);
  tail.append(first, 0, 0);
  const pieces = [1, 2].map(() => tail.read({ offset: 0, ...EVERYTHING })![0]!);
  budget.takeBack(pieces[0]!);
  tail.reset(1);
  assert.notEqual(pool.take(LARGE_BYTES).buffer, first.buffer, "one reader still has it");
  budget.takeBack(pieces[1]!);
  assert.equal(pool.take(LARGE_BYTES).buffer, first.buffer);
});

test("memory that all readers have given back stays the tail's while it holds batches", () => {
  const { pool, budget, tail } = tailOf(512 * KIB);
  const request = filled(pool, LARGE_BYTES, 7);
  tail.append(request, 0, 0);
  budget.takeBack(tail.read({ offset: 0, ...EVERYTHING })![0]!);
  assert.notEqual(pool.take(LARGE_BYTES).buffer, request.buffer);
  assert.ok(isFilledWith(7, tail.read({ offset: 0, ...EVERYTHING })![0]!));
});

test("what a reader was given stays as it is, whatever passes through the pool afterwards", () => {
  for (let seed = 1; seed <= 30; seed += 1) {
    const random = new SeededRandom(seed);
    const { pool, budget, tail } = tailOf(512 * KIB);
    const held: { readonly number: number; readonly piece: Buffer }[] = [];
    for (let offset = 0; offset < 200; offset += 1) {
      const sizeBytes = random.chance(0.5) ? 1 + random.below(3000) : LARGE_BYTES - random.below(60_000);
      const request = filled(pool, Math.max(sizeBytes, LARGE_BYTES / 2 + 1), offset % 256);
      tail.append(request.subarray(0, sizeBytes), offset, offset);
      pool.give(request);
      const readAt = tail.startOffset + random.below(offset + 1 - tail.startOffset);
      const pieces = tail.read({ offset: readAt, maxBytes: 1, minOneBatch: true, upperOffset: Infinity });
      assert.ok(isFilledWith(readAt % 256, pieces![0]!));
      if (random.chance(0.4)) held.push({ number: readAt % 256, piece: pieces![0]! });
      else if (random.chance(0.7)) budget.takeBack(pieces![0]!);
      if (held.length > 0 && random.chance(0.3)) {
        const { number, piece } = held.splice(random.below(held.length), 1)[0]!;
        assert.ok(isFilledWith(number, piece));
        budget.takeBack(piece);
      }
      assert.ok(tail.sizeBytes <= 512 * KIB && budget.totalBytes === tail.sizeBytes);
    }
    for (const { number, piece } of held) assert.ok(isFilledWith(number, piece));
    tail.reset(200);
    assert.equal(budget.totalBytes, 0);
  }
});

const TAIL_BYTES = 64 * KIB;

async function logScene() {
  const world = new World(1);
  const store = await world.complete(
    openStore(world.machine("node").boot(), { tailBytesPerLog: TAIL_BYTES }),
  );
  const topicId = "AAAAAAAAAAAAAAAAAAAABw";
  const log = store.create({ topic: "t", topicId, partition: 0, config: config() });
  return { world, store, log };
}

/** Appends records of 1,000 bytes that begin with their offset. */
function append(log: PartitionLog, count: number): void {
  for (let i = 0; i < count; i += 1) {
    const value = `${log.logEndOffset}`.padEnd(1_000, ".");
    log.append(batchOf([value]), { leaderEpoch: 0, origin: "client" });
  }
}

/** The first value, if it is in memory; null when it must be read from the disk. */
function inMemory(log: PartitionLog, offset: number): string | null {
  const pieces = log.read({ offset, maxBytes: 1, minOneBatch: true, upperOffset: log.logEndOffset });
  return pieces instanceof Promise ? null : valuesIn(pieces)[0]!.replaceAll(".", "");
}

test("a log that nobody reads holds nothing in memory once it has taken more than a tail", async () => {
  const { world, store, log } = await logScene();
  append(log, 50);
  assert.ok(log.tail.sizeBytes >= 50_000, "what is new may be asked for soon");
  append(log, 50);
  assert.equal(log.tail.sizeBytes, 0);
  await world.complete(store.close());
});

test("a log that is read at its end goes on holding it", async () => {
  const { world, store, log } = await logScene();
  for (let offset = 0; offset < 500; offset += 10) {
    append(log, 10);
    assert.equal(inMemory(log, offset), `${offset}`);
    assert.ok(log.tail.sizeBytes <= TAIL_BYTES);
  }
  await world.complete(store.close());
});

test("who has caught up finds what comes next in memory", async () => {
  const { world, store, log } = await logScene();
  append(log, 200);
  assert.equal(inMemory(log, 199), null);
  log.tail.expectReader();
  append(log, 50);
  for (let offset = 200; offset < 250; offset += 1) assert.equal(inMemory(log, offset), `${offset}`);
  assert.equal(inMemory(log, 199), null, "what came before is not there");
  await world.complete(store.close());
});
