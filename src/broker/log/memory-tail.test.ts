import assert from "node:assert/strict";
import { test } from "node:test";
import { batchOf, config, openStore, valuesIn, World } from "./log-fixture.test.ts";
import type { PartitionLog } from "./partition-log.ts";

const TAIL_BYTES = 64 * 1024;

async function scene() {
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
  const { world, store, log } = await scene();
  append(log, 50);
  assert.ok(log.tail.sizeBytes >= 50_000, "what is new may be asked for soon");
  append(log, 50);
  assert.equal(log.tail.sizeBytes, 0);
  await world.complete(store.close());
});

test("a log that is read at its end goes on holding it", async () => {
  const { world, store, log } = await scene();
  for (let offset = 0; offset < 500; offset += 10) {
    append(log, 10);
    assert.equal(inMemory(log, offset), `${offset}`);
    assert.ok(log.tail.sizeBytes <= TAIL_BYTES);
  }
  await world.complete(store.close());
});

test("who has caught up finds what comes next in memory", async () => {
  const { world, store, log } = await scene();
  append(log, 200);
  assert.equal(inMemory(log, 199), null);
  log.tail.expectReader();
  append(log, 50);
  for (let offset = 200; offset < 250; offset += 1) assert.equal(inMemory(log, offset), `${offset}`);
  assert.equal(inMemory(log, 199), null, "what came before is not there");
  await world.complete(store.close());
});
