import assert from "node:assert/strict";
import { test } from "node:test";
import { batchOf, config, openStore, readAll, World } from "./log-fixture.test.ts";
import { StorageError } from "./storage-error.ts";

const TOPIC_ID = "AAAAAAAAAAAAAAAAAAAABw";
const CLIENT = { leaderEpoch: 0, origin: "client" } as const;

async function scene(seed = 1) {
  const world = new World(seed);
  const machine = world.machine("node");
  const store = await world.complete(openStore(machine.boot(), { roomBytesMin: 1000 }));
  const settings = config({ segmentBytes: 2000 });
  const log = store.create({ topic: "t", topicId: TOPIC_ID, partition: 0, config: settings });
  return { world, machine, store, log };
}

test("a full disk refuses appends, keeps what it took, and goes on by itself when there is room", async () => {
  for (let seed = 1; seed <= 20; seed += 1) {
    const { world, machine, store, log } = await scene(seed);
    const { faults } = machine.image;
    faults.capacityBytes = 2000 + world.random.below(3000);
    const accepted: string[] = [];
    const append = (value: string): void => {
      log.append(batchOf([value]), CLIENT);
      accepted.push(value);
    };
    assert.throws(
      () => {
        for (let i = 0; i < 1000; i += 1) append(`v${i}`);
      },
      (error) => error instanceof StorageError && error.isFull && error.message.includes("/data"),
    );
    assert.equal(log.isOffline, false);
    await world.complete(log.flush());
    assert.equal(log.durableEndOffset, accepted.length, "what was accepted becomes durable all the same");
    faults.capacityBytes = 1e9;
    await world.complete(world.scheduler.sleep(2_000));
    for (let i = 0; i < 20; i += 1) append(`w${i}`);
    await world.complete(store.close());
    const again = await world.complete(openStore(machine.boot()));
    assert.deepEqual(await world.complete(readAll(again.get("t", 0)!)), accepted, `seed ${seed}`);
    await world.complete(again.close());
  }
});

test("a failed sync takes the directory offline until a restart, and nothing more becomes durable", async () => {
  const { world, machine, store, log } = await scene();
  log.append(batchOf(["a"]), CLIENT);
  await world.complete(log.flush());
  machine.image.faults.syncFailure = 1;
  log.append(batchOf(["b"]), CLIENT);
  await assert.rejects(world.complete(log.flush()), StorageError);
  assert.equal(log.isOffline, true);
  assert.equal(log.durableEndOffset, 1);
  assert.throws(() => log.append(batchOf(["c"]), CLIENT), StorageError);
  machine.image.faults.syncFailure = 0;
  assert.throws(() => log.append(batchOf(["c"]), CLIENT), StorageError);
  await world.complete(store.close());
  machine.cutPower({ keep: 0, lose: 1, tear: 0 });
  const again = await world.complete(openStore(machine.boot()));
  assert.equal((await world.complete(readAll(again.get("t", 0)!)))[0], "a");
  await world.complete(again.close());
});

test("a second broker on the same directory is refused with a clear message", async () => {
  const { world, machine } = await scene();
  const env = machine.boot();
  const first = await world.complete(openStore(env));
  await assert.rejects(world.complete(openStore(env)), /Data directory "\/data" is in use by another broker/);
  await world.complete(first.close());
});

test("a directory of another node is refused with a clear message", async () => {
  const { world, machine, store } = await scene();
  await world.complete(store.close());
  const { LogStore } = await import("./log-store.ts");
  const options = { directories: ["/data"], nodeId: 2, clusterId: null, configFor: () => config() };
  await assert.rejects(world.complete(LogStore.open(machine.boot(), options)), /belongs to node 1/);
});
