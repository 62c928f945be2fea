import assert from "node:assert/strict";
import { test } from "node:test";
import type { LogConfig } from "../../core/log/log-config.ts";
import { batchOf, config, openStore, World } from "./log-fixture.test.ts";

const CLIENT = { leaderEpoch: 0, origin: "client" } as const;

async function scene(changes: Partial<LogConfig>, partitions = 1) {
  const world = new World(1);
  const machine = world.machine("node");
  const env = machine.boot();
  const store = await world.complete(openStore(env));
  const logs = Array.from({ length: partitions }, (_, partition) =>
    store.create({ topic: "t", topicId: "AAAAAAAAAAAAAAAAAAAABw", partition, config: config(changes) }),
  );
  return { world, machine, env, store, logs, log: logs[0]! };
}

test("appends of many logs in one turn become durable together, each with one sync", async () => {
  const { world, env, logs, store } = await scene({}, 8);
  for (const log of logs) log.append(batchOf(["first"]), CLIENT);
  await world.complete(Promise.all(logs.map((log) => log.flush())));
  let syncs = 0;
  const open = env.disk.open.bind(env.disk);
  for (const log of logs) log.active.log.close();
  env.disk.open = (path, mode) => {
    const file = open(path, mode);
    const datasync = file.datasync.bind(file);
    file.datasync = () => {
      syncs += 1;
      return datasync();
    };
    return file;
  };
  const heard: number[] = [];
  for (const log of logs) log.onDurable((end) => heard.push(end));
  for (let i = 0; i < 5; i += 1) for (const log of logs) log.append(batchOf(["x"]), CLIENT);
  assert.deepEqual(heard, [], "nothing is durable before a sync");
  await world.complete(Promise.all(logs.map((log) => log.flush())));
  assert.deepEqual(heard, [6, 6, 6, 6, 6, 6, 6, 6]);
  assert.equal(syncs, 8);
  await world.complete(store.close());
});

test("what is appended while a round is in flight waits for the next", async () => {
  const { world, log, store } = await scene({});
  log.append(batchOf(["a"]), CLIENT);
  const ends: number[] = [];
  log.onDurable((end) => ends.push(end));
  await world.complete(world.scheduler.sleep(0));
  log.append(batchOf(["b"]), CLIENT);
  await world.complete(log.flush());
  assert.deepEqual(ends, [1, 2]);
  await world.complete(store.close());
});

test("what nobody waits for lingers, and is synced once its time is up", async () => {
  const { world, log, store } = await scene({});
  log.append(batchOf(["a"]), { ...CLIENT, isAwaited: false });
  await world.complete(world.scheduler.sleep(4));
  assert.equal(log.durableEndOffset, 0);
  await world.complete(world.scheduler.sleep(10));
  assert.equal(log.durableEndOffset, 1);
  log.append(batchOf(["b"]), { ...CLIENT, isAwaited: false });
  await world.complete(world.scheduler.sleep(14));
  assert.equal(log.durableEndOffset, 2, "so is what comes later");
  await world.complete(store.close());
});

test("what lingers is synced at once when somebody comes to wait for it", async () => {
  const { world, log, store } = await scene({});
  log.append(batchOf(["a"]), { ...CLIENT, isAwaited: false });
  log.flushing.hurry();
  await world.complete(world.scheduler.sleep(4));
  assert.equal(log.durableEndOffset, 1);
  await world.complete(store.close());
});

test("what lingers goes with the round of another log", async () => {
  const { world, logs, store } = await scene({}, 2);
  const [lingering, awaited] = logs;
  lingering!.append(batchOf(["a"]), { ...CLIENT, isAwaited: false });
  awaited!.append(batchOf(["b"]), CLIENT);
  await world.complete(world.scheduler.sleep(4));
  assert.deepEqual([lingering!.durableEndOffset, awaited!.durableEndOffset], [1, 1]);
  await world.complete(store.close());
});

test("in page-cache mode an append counts as durable at once", async () => {
  const { world, log, store } = await scene({ fsyncBeforeAck: false });
  let heard = 0;
  log.onDurable((end) => (heard = end));
  log.append(batchOf(["a", "b"]), CLIENT);
  assert.deepEqual([heard, log.durableEndOffset], [2, 2]);
  await world.complete(store.close());
});

test("with flush.messages the append that reaches the count waits for its sync", async () => {
  const { world, log, store } = await scene({ fsyncBeforeAck: false, flushMessages: 3 });
  log.append(batchOf(["a", "b"]), CLIENT);
  assert.equal(log.durableEndOffset, 2);
  log.append(batchOf(["c"]), CLIENT);
  assert.equal(log.durableEndOffset, 2);
  await world.complete(log.flush());
  assert.deepEqual([log.durableEndOffset, log.flushing.syncedEndOffset], [3, 3]);
  await world.complete(store.close());
});

test("with flush.ms what was appended is synced in time", async () => {
  const { world, log, store } = await scene({ fsyncBeforeAck: false, flushMs: 100 });
  log.append(batchOf(["a"]), CLIENT);
  await world.complete(log.flush());
  log.append(batchOf(["b"]), CLIENT);
  assert.equal(log.flushing.syncedEndOffset, 1);
  await world.complete(world.scheduler.sleep(90));
  assert.equal(log.flushing.syncedEndOffset, 1);
  await world.complete(world.scheduler.sleep(20));
  assert.equal(log.flushing.syncedEndOffset, 2);
  await world.complete(store.close());
});

test("the memory of all tails together stays within its bound", async () => {
  const world = new World(1);
  const limits = { tailBytesPerLog: 64 * 1024, tailBytesTotal: 100 * 1024 };
  const store = await world.complete(openStore(world.machine("node").boot(), limits));
  const logs = Array.from({ length: 20 }, (_, partition) =>
    store.create({ topic: "t", topicId: "AAAAAAAAAAAAAAAAAAAABw", partition, config: config() }),
  );
  for (let i = 0; i < 2000; i += 1) logs[world.random.below(20)]!.append(batchOf(["x".repeat(500)]), CLIENT);
  const held = logs.reduce((sum, log) => sum + log.tail.sizeBytes, 0);
  assert.ok(held > 0 && held <= limits.tailBytesTotal, `${held} bytes are held`);
  await world.complete(store.close());
});
