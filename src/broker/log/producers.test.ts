import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeControlRecord } from "../../wire/kafka/control-records.ts";
import { batchOf, config, openStore, World } from "./log-fixture.test.ts";
import type { PartitionLog } from "./partition-log.ts";

const TOPIC_ID = "AAAAAAAAAAAAAAAAAAAABw";
const CLIENT = { leaderEpoch: 0, origin: "client" } as const;
const COORDINATOR = { leaderEpoch: 0, origin: "coordinator" } as const;

async function scene(seed = 1) {
  const world = new World(seed);
  const machine = world.machine("node");
  const store = await world.complete(openStore(machine.boot()));
  const settings = config({ segmentBytes: 600 });
  const log = store.create({ topic: "t", topicId: TOPIC_ID, partition: 0, config: settings });
  return { world, machine, store, log };
}

function numbered(sequence: number, producerId = 5): Buffer {
  return batchOf([`${producerId}/${sequence}`], { producerId, producerEpoch: 0, baseSequence: sequence });
}

function marker(kind: "abort" | "commit", producerId: number): Buffer {
  const record = encodeControlRecord({ kind, value: { coordinatorEpoch: 0 } });
  return batchOf([], {
    records: [record],
    producerId,
    producerEpoch: 0,
    isControl: true,
    isTransactional: true,
  });
}

function checkWindow(log: PartitionLog, lastSequence: number): void {
  for (let sequence = lastSequence - 4; sequence <= lastSequence; sequence += 1) {
    const outcome = log.append(numbered(sequence), CLIENT);
    assert.deepEqual([outcome.kind, "baseOffset" in outcome && outcome.baseOffset], ["duplicate", sequence]);
  }
  const older = log.append(numbered(lastSequence - 5), CLIENT);
  assert.deepEqual(older, { kind: "refused", reason: "OUT_OF_ORDER_SEQUENCE_NUMBER" });
  const gap = log.append(numbered(lastSequence + 2), CLIENT);
  assert.deepEqual(gap, { kind: "refused", reason: "OUT_OF_ORDER_SEQUENCE_NUMBER" });
}

test("the five-batch window survives a clean restart and a crash", async () => {
  for (const isClean of [true, false]) {
    const { world, machine, store, log } = await scene();
    for (let sequence = 0; sequence < 20; sequence += 1) {
      assert.equal(log.append(numbered(sequence), CLIENT).kind, "appended");
      if (sequence % 3 === 0) await world.complete(log.flush());
    }
    checkWindow(log, 19);
    await world.complete(log.flush());
    if (isClean) await world.complete(store.close());
    else machine.cutPower({ keep: 1, lose: 1, tear: 1 });
    const again = await world.complete(openStore(machine.boot()));
    checkWindow(again.get("t", 0)!, 19);
    await world.complete(again.close());
  }
});

test("transactions hold the last stable offset back, and aborted ones are listed, also after a crash", async () => {
  for (const isClean of [true, false]) {
    const { world, machine, store, log } = await scene();
    const begin = (producerId: number, sequence: number): Buffer =>
      batchOf(["x"], { producerId, producerEpoch: 0, baseSequence: sequence, isTransactional: true });
    log.append(begin(1, 0), CLIENT);
    log.append(begin(2, 0), CLIENT);
    log.append(marker("abort", 1), COORDINATOR);
    log.append(marker("commit", 2), COORDINATOR);
    log.append(begin(3, 0), CLIENT);
    await world.complete(log.flush());
    log.advanceHighWatermark(3);
    assert.equal(log.lastStableOffset, 1, "the commit is not below the high watermark yet");
    log.advanceHighWatermark(5);
    assert.equal(log.lastStableOffset, 4);
    if (isClean) await world.complete(store.close());
    else machine.cutPower({ keep: 1, lose: 1, tear: 1 });
    const again = await world.complete(openStore(machine.boot()));
    const reopened = again.get("t", 0)!;
    reopened.advanceHighWatermark(5);
    assert.equal(reopened.lastStableOffset, 4);
    const aborted = reopened
      .abortedTransactions(0, 4)
      .map(({ producerId, firstOffset }) => [producerId, firstOffset]);
    assert.deepEqual(aborted, [[1, 0]]);
    assert.deepEqual(reopened.abortedTransactions(3, 5), []);
    await world.complete(again.close());
  }
});
