import assert from "node:assert/strict";
import { test } from "node:test";
import { batchOf, config, openStore, readAll, World } from "./log-fixture.test.ts";

const OLD_ID = "AAAAAAAAAAAAAAAAAAAABw";
const NEW_ID = "AAAAAAAAAAAAAAAAAAAACA";
const CLIENT = { leaderEpoch: 0, origin: "client" } as const;

test("a topic that is deleted amid writes, reads, syncs and cleaning harms no other", async () => {
  for (let seed = 1; seed <= 40; seed += 1) {
    const world = new World(seed);
    const machine = world.machine("node");
    const limits = { checkpointMs: 5, retentionCheckMs: 7, cleanerBackoffMs: 6, tailBytesPerLog: 100 };
    const store = await world.complete(openStore(machine.boot(), limits));
    const settings = config({
      segmentBytes: 300,
      retentionBytes: 900,
      cleanupPolicyCompact: true,
      minCleanableDirtyRatio: 0,
      fileDeleteDelayMs: 3,
    });
    const create = (topic: string, topicId: string) =>
      store.create({ topic, topicId, partition: 0, config: settings });
    const kept = create("kept", OLD_ID);
    let doomed = create("doomed", OLD_ID);
    for (let round = 0; round < 6; round += 1) {
      for (let i = 0; i < 10; i += 1) {
        kept.append(batchOf([`k${i}`]), CLIENT);
        doomed.append(batchOf([`d${i}`]), CLIENT);
      }
      await world.complete(world.scheduler.sleep(world.random.below(12)));
      for (const log of [kept, doomed]) log.advanceHighWatermark(log.durableEndOffset);
      const reading = Promise.allSettled([readAll(doomed), doomed.offsetForTimestamp(0)]);
      store.delete("doomed", 0);
      doomed = create("doomed", round % 2 === 0 ? NEW_ID : OLD_ID);
      assert.equal(doomed.logEndOffset, 0);
      await world.complete(reading);
    }
    await world.complete(world.scheduler.sleep(100));
    assert.equal(kept.isOffline, false, `seed ${seed}`);
    kept.append(batchOf(["last"]), CLIENT);
    await world.complete(kept.flush());
    await world.complete(store.close());
    assert.equal(machine.image.openFiles, 0, `seed ${seed}: every file is closed`);
    const again = await world.complete(openStore(machine.boot()));
    assert.equal(again.get("kept", 0)!.logEndOffset, kept.logEndOffset);
    await world.complete(again.close());
  }
});

test("a log under the same name with another topic id begins anew", async () => {
  const world = new World(1);
  const machine = world.machine("node");
  const store = await world.complete(openStore(machine.boot()));
  const options = { topic: "t", partition: 0, config: config() };
  const first = store.create({ ...options, topicId: OLD_ID });
  first.append(batchOf(["a"]), CLIENT);
  assert.equal(store.create({ ...options, topicId: OLD_ID }), first);
  const second = store.create({ ...options, topicId: NEW_ID });
  assert.deepEqual([second.logEndOffset, second.topicId], [0, NEW_ID]);
  await world.complete(store.close());
});

test("a start opens no closed segment, however many there are", async () => {
  const world = new World(1);
  const machine = world.machine("node");
  const store = await world.complete(openStore(machine.boot(), { openFilesMax: 4 }));
  for (let partition = 0; partition < 10; partition += 1) {
    const settings = config({ segmentBytes: 100 });
    const log = store.create({ topic: "t", topicId: OLD_ID, partition, config: settings });
    for (let i = 0; i < 50; i += 1) {
      log.append(batchOf([`v${i}`], { producerId: 1, producerEpoch: 0, baseSequence: i }), CLIENT);
      if (i < 2) await world.complete(log.flush());
    }
    assert.ok(log.segments.length >= 40);
  }
  await world.complete(store.close());
  for (const isCrash of [false, true]) {
    const env = machine.boot();
    const opened: string[] = [];
    const open = env.disk.open.bind(env.disk);
    env.disk.open = (path, mode) => {
      if (path.endsWith(".log")) opened.push(path);
      return open(path, mode);
    };
    const again = await world.complete(openStore(env));
    assert.deepEqual(
      opened.toSorted(),
      [...again.logs()].map((log) => log.active.log.path).toSorted(),
      isCrash ? "after a crash" : "after a clean stop",
    );
    if (!isCrash) machine.kill();
    else await world.complete(again.close());
  }
});
