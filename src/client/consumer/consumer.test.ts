import assert from "node:assert/strict";
import test from "node:test";
import { ConsumerScene, TOPIC } from "../../../test/support/consumer-scene.ts";
import { Consumer } from "./consumer.ts";

const T0 = { topic: TOPIC, partition: 0 };

/** The values of the next `count` records, each worked through when the next one is asked for. */
async function take(consumer: Consumer, count: number): Promise<string[]> {
  const values: string[] = [];
  for await (const { value } of consumer) {
    values.push(value!.toString());
    if (values.length === count) break;
  }
  return values;
}

test("a record is committed only when the loop body has gone on to the next one", async () => {
  const scene = await ConsumerScene.open();
  await scene.produce(0, "a", "b", "c");
  const consumer = scene.consumer("reader", { autoCommitIntervalMs: 100 });
  const records = consumer[Symbol.asyncIterator]();
  const offsets: number[][] = [];
  for (let count = 0; count < 3; count += 1) {
    await scene.run(records.next());
    await scene.pass(300);
    offsets.push(await scene.committed());
  }
  assert.deepEqual(offsets, [[0], [1], [2]]);
});

test("a body that throws leaves its record to be read again", async () => {
  const scene = await ConsumerScene.open();
  await scene.produce(0, "a", "b", "c");
  const reading = (async () => {
    for await (const { value } of scene.consumer("first"))
      if (value!.toString() === "b") throw new Error("no b");
  })();
  await assert.rejects(scene.run(reading), /no b/);
  assert.deepEqual(await scene.committed(), [1]);
  assert.deepEqual(await scene.run(take(scene.consumer("second"), 2)), ["b", "c"]);
});

test("a process that dies loses no record, however far its reading was ahead", async () => {
  const scene = await ConsumerScene.open();
  await scene.produce(0, "a", "b", "c", "d");
  const lost = scene.consumer("lost", { autoCommitIntervalMs: 100 })[Symbol.asyncIterator]();
  await scene.run(lost.next());
  await scene.run(lost.next());
  await scene.pass(300);
  scene.world.machine("lost").kill();
  assert.deepEqual(await scene.run(take(scene.consumer("heir"), 3)), ["b", "c", "d"]);
});

test("leaving the loop commits what was worked through and leaves the group; a later loop goes on there", async () => {
  const scene = await ConsumerScene.open();
  await scene.produce(0, "a", "b", "c");
  const consumer = scene.consumer("reader");
  assert.deepEqual(await scene.run(take(consumer, 2)), ["a", "b"]);
  assert.deepEqual(await scene.committed(), [1]);
  assert.deepEqual(consumer.assignment(), []);
  assert.deepEqual(await scene.run(take(consumer, 2)), ["b", "c"]);
});

test("a signal ends the loop when the record at hand has been worked through, and it is committed", async () => {
  const scene = await ConsumerScene.open();
  await scene.produce(0, "a", "b", "c");
  const stop = new AbortController();
  const seen: string[] = [];
  const reading = (async () => {
    for await (const { value } of scene.consumer("reader", { signal: stop.signal })) {
      seen.push(value!.toString());
      if (seen.length === 2) stop.abort();
    }
  })();
  await scene.run(reading);
  assert.deepEqual(seen, ["a", "b"]);
  assert.deepEqual(await scene.committed(), [2]);
});

test("a batch is committed when the body goes on to the next batch", async () => {
  const scene = await ConsumerScene.open();
  await scene.produce(0, "a", "b", "c", "d", "e");
  const consumer = scene.consumer("reader", { maxPollRecords: 2, autoCommitIntervalMs: 100 });
  const batches = consumer.batches();
  const sizes = [(await scene.run(batches.next())).value?.length];
  await scene.pass(300);
  assert.deepEqual(await scene.committed(), [0], "the place where the group begins");
  sizes.push((await scene.run(batches.next())).value?.length);
  await scene.pass(300);
  assert.deepEqual(await scene.committed(), [2]);
  await scene.run(consumer.close());
  assert.deepEqual(sizes, [2, 2]);
});

test("without auto-commit only what is committed by hand is", async () => {
  const scene = await ConsumerScene.open();
  await scene.produce(0, "a", "b", "c");
  const consumer = scene.consumer("reader", { autoCommit: false, autoCommitIntervalMs: 100 });
  const records = await scene.run(consumer.poll());
  await scene.run(consumer.poll(300));
  assert.deepEqual(await scene.committed(), [-1]);
  await scene.run(consumer.commit(records[1]));
  assert.deepEqual(await scene.committed(), [2]);
  await scene.run(consumer.commitOffsets([{ ...T0, offset: 1, metadata: "by hand" }]));
  assert.equal((await scene.run(consumer.committed()))[0]!.metadata, "by hand");
  await scene.run(consumer.close());
  assert.deepEqual(await scene.committed(), [1]);
});

test("a paused partition hands over nothing, and goes on after the last record that it did", async () => {
  const scene = await ConsumerScene.open({ partitions: 2 });
  await scene.produce(0, "a", "b", "c");
  const consumer = scene.consumer("reader");
  const records = consumer[Symbol.asyncIterator]();
  assert.equal((await scene.run(records.next())).value!.value!.toString(), "a");
  consumer.pause([T0]);
  await scene.produce(1, "other");
  assert.equal((await scene.run(records.next())).value!.value!.toString(), "other");
  const waiting = records.next();
  await scene.pass(1_000);
  consumer.resume([T0]);
  assert.equal((await scene.run(waiting)).value!.value!.toString(), "b");
  assert.equal((await scene.run(records.next())).value!.value!.toString(), "c");
});

test("a seek goes on at its offset with the next record", async () => {
  const scene = await ConsumerScene.open();
  await scene.produce(0, "a", "b", "c", "d");
  const consumer = scene.consumer("reader");
  const records = consumer[Symbol.asyncIterator]();
  await scene.run(records.next());
  consumer.seek({ ...T0, offset: 3 });
  assert.equal((await scene.run(records.next())).value!.value!.toString(), "d");
  await scene.run(consumer.seekToBeginning());
  assert.equal((await scene.run(records.next())).value!.value!.toString(), "a");
});

test("partitions that are assigned by hand are read without a group", async () => {
  const scene = await ConsumerScene.open({ partitions: 2 });
  await scene.produce(0, "a", "b", "c");
  const consumer = new Consumer({ client: scene.client("reader") });
  consumer.assign([{ ...T0, offset: 1 }]);
  assert.deepEqual(await scene.run(take(consumer, 2)), ["b", "c"]);
  assert.equal(consumer.position(T0), 2, "the last record was not worked through");
});

test("a consumer of only new records does not see the old ones", async () => {
  const scene = await ConsumerScene.open();
  await scene.produce(0, "old");
  const consumer = scene.consumer("reader", { autoOffsetReset: "latest" });
  assert.deepEqual(await scene.run(consumer.poll(5_000)), []);
  await scene.produce(0, "new");
  const records = await scene.run(consumer.poll());
  assert.deepEqual(
    records.map(({ value }) => value!.toString()),
    ["new"],
  );
});

test("a group without offsets is refused when autoOffsetReset is none, with the way out", async () => {
  const scene = await ConsumerScene.open();
  const consumer = scene.consumer("reader", { autoOffsetReset: "none" });
  await assert.rejects(scene.run(consumer.poll()), /no committed offset for t-0 to begin at.*"earliest"/);
});

test("what cannot be is refused with the option's name", async () => {
  const scene = await ConsumerScene.open();
  const client = scene.client("reader");
  assert.throws(() => new Consumer({ client, topics: ["t"] }), /needs a groupId/);
  assert.throws(() => new Consumer({ client, groupId: "g", maxPollRecords: 0 }), /maxPollRecords is 0/);
  assert.throws(() => new Consumer({ client, groupId: "g", topics: [] }), /at least one topic/);
  await assert.rejects(new Consumer({ client }).poll(), /nothing to read/);
  await assert.rejects(new Consumer({ client }).committed(), /needs a groupId/);
});

test("a position outside the log goes on where autoOffsetReset says", async () => {
  const scene = await ConsumerScene.open();
  await scene.produce(0, "a", "b");
  const consumer = new Consumer({ client: scene.client("reader"), autoOffsetReset: "earliest" });
  consumer.assign([{ ...T0, offset: 77 }]);
  assert.deepEqual(await scene.run(take(consumer, 1)), ["a"]);
  const strict = new Consumer({ client: scene.client("strict"), autoOffsetReset: "none" });
  strict.assign([{ ...T0, offset: 77 }]);
  await assert.rejects(
    scene.run(strict.poll()),
    /Cannot fetch t-0 from offset 77: OFFSET_OUT_OF_RANGE .*seek/,
  );
  strict.seek({ ...T0, offset: 1 });
  assert.equal((await scene.run(strict.poll())).length, 1);
});

test("metrics count what was read and committed", async () => {
  const scene = await ConsumerScene.open();
  await scene.produce(0, "a", "b", "c");
  const consumer = scene.consumer("reader");
  await scene.run(take(consumer, 3));
  const { recordsReceived, rebalances, commits, bytesReceived, bufferedBytes } = consumer.metrics;
  assert.deepEqual(
    { recordsReceived, rebalances, commits },
    { recordsReceived: 3, rebalances: 1, commits: 1 },
  );
  assert.ok(bytesReceived > 60);
  assert.equal(bufferedBytes, 0);
});
