import assert from "node:assert/strict";
import { test } from "node:test";
import { batchOf, config, DATA, openStore, readAll, valuesIn, World } from "./log-fixture.test.ts";

const TOPIC_ID = "AAAAAAAAAAAAAAAAAAAABw";

test("what was appended is read back from memory, and after a reopen from the disk", async () => {
  const world = new World(1);
  const machine = world.machine("node");
  const store = await world.complete(openStore(machine.boot()));
  const log = store.create({ topic: "orders", topicId: TOPIC_ID, partition: 0, config: config() });
  for (let i = 0; i < 10; i += 1)
    log.append(batchOf([`a${i}`, `b${i}`]), { leaderEpoch: 3, origin: "client" });
  assert.equal(log.logEndOffset, 20);
  await world.complete(log.flush());
  assert.equal(log.durableEndOffset, 20);
  const read = log.read({ offset: 5, maxBytes: 1e6, minOneBatch: true, upperOffset: 20 });
  assert.ok(!(read instanceof Promise), "the tail is in memory");
  assert.deepEqual(valuesIn(read).slice(0, 2), ["a2", "b2"]);
  await world.complete(store.close());
  const again = await world.complete(openStore(machine.boot()));
  const reopened = again.get("orders", 0)!;
  assert.equal(reopened.topicId, TOPIC_ID);
  assert.equal(reopened.logEndOffset, 20);
  assert.equal(reopened.latestEpoch, 3);
  assert.deepEqual((await world.complete(readAll(reopened))).slice(0, 3), ["a0", "b0", "a1"]);
  await world.complete(again.close());
});

test("a log goes on after a power cut with all that was synced, and with nothing torn", async () => {
  for (let seed = 1; seed <= 60; seed += 1) {
    const world = new World(seed);
    const machine = world.machine("node");
    const store = await world.complete(openStore(machine.boot()));
    const log = store.create({
      topic: "t",
      topicId: TOPIC_ID,
      partition: 0,
      config: config({ segmentBytes: 700 }),
    });
    const written: string[] = [];
    let durable = 0;
    log.onDurable((end) => (durable = end));
    for (let i = 0; i < 40; i += 1) {
      log.append(batchOf([`v${i}`]), { leaderEpoch: Math.floor(i / 10), origin: "client" });
      written.push(`v${i}`);
      if (world.random.chance(0.3)) await world.complete(world.scheduler.sleep(world.random.below(8)));
    }
    machine.cutPower({ keep: 1, lose: 1, tear: 1 });
    const again = await world.complete(openStore(machine.boot()));
    const reopened = again.get("t", 0);
    const values = reopened === undefined ? [] : await world.complete(readAll(reopened));
    assert.deepEqual(values, written.slice(0, values.length), `seed ${seed}`);
    assert.ok(values.length >= durable, `seed ${seed}: ${values.length} kept, ${durable} were durable`);
    assert.equal(
      reopened?.latestEpoch ?? -1,
      values.length === 0 ? -1 : Math.floor((values.length - 1) / 10),
    );
    await world.complete(again.close());
    const third = await world.complete(openStore(machine.boot()));
    assert.equal(third.get("t", 0)?.logEndOffset ?? 0, values.length);
    await world.complete(third.close());
  }
});

test("epochs that recovery found outlive the next clean stop, which reads no records to find them", async () => {
  const world = new World(1);
  const machine = world.machine("node");
  const store = await world.complete(openStore(machine.boot()));
  const log = store.create({ topic: "t", topicId: TOPIC_ID, partition: 0, config: config() });
  log.append(batchOf(["a"]), { leaderEpoch: 2, origin: "client" });
  await world.complete(log.flush());
  machine.cutPower({ keep: 1, lose: 0, tear: 0 });
  const recovered = await world.complete(openStore(machine.boot()));
  await world.complete(recovered.close());
  const { disk } = machine.boot();
  const checkpoint = disk.readFile(`${DATA}/t-0/leader-epoch-checkpoint`).toString();
  assert.match(checkpoint, /^2 0$/m);
});

test("what a recovery has shown, with the log's id, survives the power cut that follows", async () => {
  for (let seed = 1; seed <= 20; seed += 1) {
    const world = new World(seed);
    const machine = world.machine("node");
    const store = await world.complete(openStore(machine.boot()));
    const log = store.create({ topic: "t", topicId: TOPIC_ID, partition: 0, config: config() });
    log.append(batchOf(["v"]), { leaderEpoch: 0, origin: "client" });
    // The process dies before any sync; the page cache has it all.
    const again = await world.complete(openStore(machine.boot()));
    assert.equal(again.get("t", 0)?.durableEndOffset, 1);
    machine.cutPower({ keep: 0, lose: 1, tear: 0 });
    const third = await world.complete(openStore(machine.boot()));
    const recovered = third.get("t", 0);
    assert.deepEqual([recovered?.topicId, recovered?.logEndOffset], [TOPIC_ID, 1], `seed ${seed}`);
    await world.complete(third.close());
  }
});

test("a store that is abandoned leaves the disk as a process that died: unlocked, and with no word of an end", async () => {
  const world = new World(1);
  const machine = world.machine("node");
  const env = machine.boot();
  const store = await world.complete(openStore(env));
  const log = store.create({ topic: "t", topicId: TOPIC_ID, partition: 0, config: config() });
  log.append(batchOf(["a"]), { leaderEpoch: 0, origin: "client" });
  const before = env.disk.list(DATA).map(({ name }) => name);
  await world.complete(store.abandon());
  assert.deepEqual(
    env.disk.list(DATA).map(({ name }) => name),
    before,
  );
  const again = await world.complete(openStore(env));
  assert.deepEqual(await world.complete(readAll(again.get("t", 0)!)), ["a"]);
  await world.complete(again.close());
  const closed = env.disk.list(DATA).map(({ name }) => name);
  assert.ok(closed.includes(".kafka_cleanshutdown") && !before.includes(".kafka_cleanshutdown"));
});
