import assert from "node:assert/strict";
import { test } from "node:test";
import type { LogConfig } from "../../core/log/log-config.ts";
import { batchOf, config, openStore, readAll, World } from "./log-fixture.test.ts";
import type { PartitionLog } from "./partition-log.ts";

const TOPIC_ID = "AAAAAAAAAAAAAAAAAAAABw";
const DAY_MS = 86_400_000;

async function scene(changes: Partial<LogConfig>, seed = 1) {
  const world = new World(seed);
  const machine = world.machine("node");
  const env = machine.boot();
  const store = await world.complete(openStore(env));
  const settings = config({ segmentBytes: 400, ...changes });
  const log = store.create({ topic: "t", topicId: TOPIC_ID, partition: 0, config: settings });
  const append = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i += 1) {
      const timestamp = env.clock.now();
      log.append(batchOf([`v${log.logEndOffset}`], { timestamp }), { leaderEpoch: 0, origin: "client" });
      await world.complete(log.flush());
      log.advanceHighWatermark(log.durableEndOffset);
    }
  };
  const retain = (): Promise<void> => world.complete(store.retain(store.directories[0]!));
  const logFiles = (): string[] =>
    env.disk
      .list(log.path)
      .map((entry) => entry.name)
      .filter((name) => name.endsWith(".log"));
  return { world, machine, env, store, log, append, retain, logFiles };
}

async function reopened(scene_: {
  world: World;
  machine: ReturnType<World["machine"]>;
}): Promise<PartitionLog> {
  const store = await scene_.world.complete(openStore(scene_.machine.boot()));
  return store.get("t", 0)!;
}

test("retention by size deletes whole segments, the oldest first, and keeps at least the limit", async () => {
  const { world, log, append, retain, store, logFiles } = await scene({ retentionBytes: 1000 });
  await append(40);
  await retain();
  assert.ok(log.logStartOffset > 0);
  assert.ok(log.sizeBytes >= 1000 && log.sizeBytes < 1400, `${log.sizeBytes} bytes are left`);
  assert.equal(logFiles().length, log.segments.length);
  assert.equal((await world.complete(readAll(log)))[0], `v${log.logStartOffset}`);
  await world.complete(store.close());
});

test("retention by time deletes even the active segment, and the log goes on at the same offset", async () => {
  const { world, machine, log, append, retain, store } = await scene({ retentionMs: DAY_MS });
  await append(10);
  await world.complete(world.scheduler.sleep(DAY_MS + 60_000), 2 * DAY_MS);
  await retain();
  assert.equal(log.logStartOffset, 10);
  assert.equal(log.logEndOffset, 10);
  await append(1);
  await world.complete(store.close());
  const again = await reopened({ world, machine });
  assert.deepEqual([again.logStartOffset, again.logEndOffset], [10, 11]);
});

test("nothing at or above the high watermark is deleted", async () => {
  const { world, log, append, retain, store } = await scene({ retentionBytes: 0 });
  await append(10);
  for (let i = 0; i < 10; i += 1) log.append(batchOf([`w${i}`]), { leaderEpoch: 0, origin: "client" });
  await retain();
  assert.ok(log.logStartOffset <= 10);
  assert.equal(log.logEndOffset, 20);
  await world.complete(store.close());
});

test("deleted records stay deleted after a power cut, though their files come back", async () => {
  for (let seed = 1; seed <= 20; seed += 1) {
    const { world, machine, log, append, retain } = await scene({}, seed);
    await append(20);
    await world.complete(log.deleteRecordsBefore(15));
    if (seed % 2 === 0) await retain();
    machine.cutPower({ keep: 1, lose: 1, tear: 1 });
    const again = await reopened({ world, machine });
    assert.deepEqual([again.logStartOffset, again.logEndOffset], [15, 20], `seed ${seed}`);
    assert.deepEqual((await world.complete(readAll(again)))[0], "v15");
  }
});

test("a cut log ends where it was cut, goes on from there, and does not come back after a power cut", async () => {
  for (let seed = 1; seed <= 30; seed += 1) {
    const { world, machine, log, append } = await scene({}, seed);
    await append(20);
    const to = world.random.below(20);
    await world.complete(log.truncateTo(to));
    assert.equal(log.logEndOffset, to);
    for (let i = 0; i < 3; i += 1) log.append(batchOf([`w${i}`]), { leaderEpoch: 1, origin: "client" });
    await world.complete(log.flush());
    machine.cutPower({ keep: 1, lose: 1, tear: 1 });
    const again = await reopened({ world, machine });
    const values = await world.complete(readAll(again));
    const kept = Array.from({ length: to }, (_, index) => `v${index}`);
    assert.deepEqual(values, [...kept, "w0", "w1", "w2"], `seed ${seed}`);
    assert.deepEqual(again.endOffsetForEpoch(0), { epoch: 0, endOffset: to });
  }
});
