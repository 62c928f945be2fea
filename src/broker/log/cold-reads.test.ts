import assert from "node:assert/strict";
import { test } from "node:test";
import { batchOf, config, openStore, valuesIn, World } from "./log-fixture.test.ts";
import type { LogStore } from "./log-store.ts";
import type { PartitionLog } from "./partition-log.ts";
import type { LogStoreLimits } from "./store-limits.ts";

const BATCHES = 40;
const BATCH_BYTES = 40_000;
/** Three batches fit. */
const READ_BYTES = 130_000;

interface Bound {
  /** Exclusive; the log's end by default. */
  readonly upperOffset?: number;
}

interface Cold {
  readonly world: World;
  readonly store: LogStore;
  readonly log: PartitionLog;
  /** Resolves with the values that a read from `offset` gives, cut to their names. */
  readonly read: (offset: number, more?: Bound) => Promise<string[]>;
  /** The same, if the bytes are there; null when the disk must be waited for. */
  readonly readAtOnce: (offset: number, more?: Bound) => string[] | null;
}

/** A log of batches of one record each, v0 to v39, with hardly a tail in memory. */
async function coldLog(limits: Partial<LogStoreLimits> = {}): Promise<Cold> {
  const world = new World(1);
  const env = world.machine("node").boot();
  const store = await world.complete(openStore(env, { tailBytesPerLog: 4096, ...limits }));
  const topicId = "AAAAAAAAAAAAAAAAAAAABw";
  const settings = config({ segmentBytes: 8 << 20 });
  const log = store.create({ topic: "t", topicId, partition: 0, config: settings });
  for (let i = 0; i < BATCHES; i += 1) append(log, `v${i}`);
  await world.complete(log.flush());
  const start = (offset: number, { upperOffset = log.logEndOffset }: Bound = {}) =>
    log.read({ offset, maxBytes: READ_BYTES, minOneBatch: true, upperOffset });
  return {
    world,
    store,
    log,
    read: async (offset, more) => namesIn(await world.complete(Promise.resolve(start(offset, more)))),
    readAtOnce: (offset, more) => {
      const pieces = start(offset, more);
      return pieces instanceof Promise ? null : namesIn(pieces);
    },
  };
}

function append(log: PartitionLog, name: string, sizeBytes = BATCH_BYTES): void {
  log.append(batchOf([name.padEnd(sizeBytes, ".")]), { leaderEpoch: 0, origin: "client" });
}

const namesIn = (pieces: readonly Buffer[]): string[] =>
  valuesIn(pieces).map((value) => value.replaceAll(".", ""));

const passes = (world: World, ms: number): Promise<void> => world.complete(world.scheduler.sleep(ms));

test("who reads on finds what follows read already", async () => {
  const { world, store, log, read, readAtOnce } = await coldLog();
  assert.deepEqual(await read(0), ["v0", "v1", "v2"]);
  assert.equal(readAtOnce(30), null, "another place must be read from the disk");
  assert.deepEqual(await read(3), ["v3", "v4", "v5"]);
  await passes(world, 100);
  for (let offset = 6; offset < 30; offset += 3) {
    assert.deepEqual(readAtOnce(offset), [`v${offset}`, `v${offset + 1}`, `v${offset + 2}`]);
    await passes(world, 100);
  }
  await world.complete(store.close());
  assert.equal(log.context.readAhead.untakenBytes, 0);
  assert.equal(world.machine("node").timers, 0, "no timer is left");
});

test("a single read has nothing read ahead", async () => {
  const { world, store, log, read } = await coldLog();
  for (const offset of [0, 20, 7]) await read(offset);
  assert.equal(log.context.readAhead.untakenBytes, 0);
  await world.complete(store.close());
});

test("what nobody came for is dropped after seconds, and read again by who comes late", async () => {
  const { world, store, log, read, readAtOnce } = await coldLog();
  await read(0);
  await read(3);
  await passes(world, 1_000);
  assert.ok(log.context.readAhead.untakenBytes > 0);
  await passes(world, 4_000);
  assert.equal(log.context.readAhead.untakenBytes, 0);
  assert.equal(readAtOnce(6), null);
  assert.deepEqual(await read(6), ["v6", "v7", "v8"]);
  await world.complete(store.close());
});

test("no more is read ahead than there is room for, over all readers", async () => {
  const readAheadBytes = 2 * READ_BYTES;
  const { world, store, log, read, readAtOnce } = await coldLog({ readAheadBytes });
  for (const offset of [0, 10, 20]) {
    await read(offset);
    await read(offset + 3);
    assert.ok(log.context.readAhead.untakenBytes <= readAheadBytes);
  }
  assert.deepEqual(readAtOnce(6), ["v6", "v7", "v8"]);
  assert.deepEqual(readAtOnce(16), ["v16", "v17", "v18"]);
  assert.deepEqual(await read(26), ["v26", "v27", "v28"]);
  await world.complete(store.close());
});

test("what was read ahead is shown only as far as the reader may see", async () => {
  const { world, store, read, readAtOnce } = await coldLog();
  await read(0);
  await read(3);
  await passes(world, 100);
  assert.deepEqual(readAtOnce(6, { upperOffset: 7 }), ["v6"]);
  assert.deepEqual(await read(7, { upperOffset: 9 }), ["v7", "v8"]);
  assert.deepEqual(await read(9), ["v9", "v10", "v11"]);
  await world.complete(store.close());
});

test("what was read ahead is not shown once the log was cut and written anew", async () => {
  const { world, store, log, read } = await coldLog();
  await read(0);
  await read(3);
  await passes(world, 100);
  await world.complete(log.truncateTo(7));
  for (let i = 7; i < BATCHES; i += 1) append(log, `w${i}`);
  assert.deepEqual(await read(6), ["v6", "w7", "w8"]);
  await world.complete(store.close());
});

for (const readAheadBytes of [0, 1 << 20]) {
  test(`a cut during a read has it done again, with ${readAheadBytes} bytes for reading ahead`, async () => {
    const { world, store, log, read } = await coldLog({ readAheadBytes });
    await read(0);
    await read(3);
    const reading = log.read({ offset: 6, maxBytes: READ_BYTES, minOneBatch: true, upperOffset: BATCHES });
    assert.ok(reading instanceof Promise);
    const cut = world.complete(log.truncateTo(2));
    assert.deepEqual(namesIn(await world.complete(reading)), []);
    await cut;
    for (let i = 2; i < BATCHES; i += 1) append(log, `w${i}`, BATCH_BYTES - 1_000);
    assert.deepEqual(await read(6), ["w6", "w7", "w8"]);
    await world.complete(store.close());
  });
}

test("readers of the same place get memory of their own, and keep it", async () => {
  const { world, store, log, read } = await coldLog();
  await read(0);
  await read(3);
  await passes(world, 100);
  const request = { offset: 6, maxBytes: READ_BYTES, minOneBatch: true, upperOffset: BATCHES };
  const one = await world.complete(Promise.resolve(log.read(request)));
  const other = await world.complete(Promise.resolve(log.read(request)));
  assert.notEqual(one[0]!.buffer, other[0]!.buffer);
  await passes(world, 10_000);
  for (let offset = 9; offset < 30; offset += 3) await read(offset);
  assert.deepEqual(namesIn(one), ["v6", "v7", "v8"]);
  assert.deepEqual(namesIn(other), ["v6", "v7", "v8"]);
  await world.complete(store.close());
});
