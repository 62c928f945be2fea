import assert from "node:assert/strict";
import test from "node:test";
import { ConsumerScene, GROUP, partitionsOf, TOPIC } from "../../../test/support/consumer-scene.ts";
import { describeGroups } from "../admin/admin-groups.ts";
import { Consumer } from "./consumer.ts";
import type { RebalanceEvent } from "./consumer-options.ts";

/** Polls all of them side by side until `isDone`. */
async function pollUntil(consumers: readonly Consumer[], isDone: () => boolean): Promise<void> {
  await Promise.all(
    consumers.map(async (each) => {
      while (!isDone()) await each.poll(100);
    }),
  );
}

function hasShares(...shares: readonly (readonly [Consumer, number])[]): () => boolean {
  return () => shares.every(([consumer, count]) => partitionsOf(consumer).length === count);
}

for (const assignor of ["cooperative-sticky", "range", "roundrobin", "sticky"] as const) {
  test(`two members share the partitions, and the one that stays takes over the rest (${assignor})`, async () => {
    const scene = await ConsumerScene.open({ partitions: 4 });
    const options = { partitionAssignors: [assignor] };
    const [first, second] = [scene.consumer("first", options), scene.consumer("second", options)];
    await scene.run(pollUntil([first], hasShares([first, 4])));
    await scene.run(pollUntil([first, second], hasShares([first, 2], [second, 2])));
    assert.deepEqual([...partitionsOf(first), ...partitionsOf(second)].toSorted(), [0, 1, 2, 3]);
    await scene.run(second.close());
    await scene.run(pollUntil([first], hasShares([first, 4])));
    await scene.run(first.close());
  });
}

test("in a cooperative rebalance a member reads on what it keeps, and gives up only what moves", async () => {
  const scene = await ConsumerScene.open({ partitions: 4 });
  const events: RebalanceEvent[] = [];
  const first = scene.consumer("first", { onRebalance: (event) => void events.push(event) });
  await scene.run(pollUntil([first], hasShares([first, 4])));
  const kept = first.assignment();
  const second = scene.consumer("second");
  await scene.run(pollUntil([first, second], hasShares([first, 2], [second, 2])));
  assert.deepEqual(
    events.map(({ kind, partitions }) => [kind, partitions.length]),
    [
      ["assigned", 4],
      ["revoked", 2],
    ],
  );
  for (const { partition, offset } of first.assignment()) assert.equal(kept[partition]!.offset, offset);
});

test("a partition whose record is at hand moves only when the record is worked through and committed", async () => {
  const scene = await ConsumerScene.open({ partitions: 2 });
  await scene.produce(0, "a0", "b0");
  await scene.produce(1, "a1", "b1");
  const first = scene.consumer("first");
  const records = first[Symbol.asyncIterator]();
  const atHand = (await scene.run(records.next())).value!;
  const second = scene.consumer("second");
  const seen: string[] = [];
  const reading = (async () => {
    for await (const { value } of second) seen.push(value!.toString());
  })();
  await scene.pass(3_000);
  const moving = partitionsOf(first).length === 2;
  assert.ok(
    moving || !partitionsOf(second).includes(atHand.partition),
    "the record at hand is nobody else's",
  );
  const next = records.next();
  next.catch(() => {});
  await scene.pass(3_000);
  assert.equal(partitionsOf(first).length, 1);
  assert.equal(partitionsOf(second).length, 1);
  await scene.run(Promise.all([second.close(), first.close()]));
  await scene.run(reading);
  const worked = [atHand.value!.toString(), ...seen];
  assert.equal(new Set(worked).size, worked.length, `none twice: ${worked.join()}`);
});

test("an eager member commits the record at hand before it joins again", async () => {
  const scene = await ConsumerScene.open();
  await scene.produce(0, "a", "b", "c");
  const first = scene.consumer("first", { partitionAssignors: ["range"] });
  const records = first[Symbol.asyncIterator]();
  await scene.run(records.next());
  const second = scene.consumer("second", { partitionAssignors: ["range"] });
  const joining = second.poll(5_000);
  await scene.pass(1_000);
  assert.deepEqual(partitionsOf(second), []);
  records.next().catch(() => {});
  await scene.run(joining);
  assert.deepEqual(await scene.committed(), [1]);
});

test("a member that works too long on a record loses its partitions, and comes back", async () => {
  const scene = await ConsumerScene.open();
  await scene.produce(0, "a", "b");
  const events: RebalanceEvent[] = [];
  const slow = scene.consumer("slow", {
    maxPollIntervalMs: 2_000,
    onRebalance: (event) => void events.push(event),
  });
  const records = slow[Symbol.asyncIterator]();
  await scene.run(records.next());
  await scene.pass(2_500);
  assert.deepEqual(partitionsOf(slow), []);
  const second = scene.consumer("second");
  assert.equal((await scene.run(second.poll()))[0]!.value!.toString(), "a");
  await scene.run(second.close());
  assert.equal(
    (await scene.run(records.next())).value!.value!.toString(),
    "a",
    "nobody had worked it through",
  );
  assert.deepEqual(
    events.map(({ kind }) => kind),
    ["assigned", "lost", "assigned"],
  );
});

test("a commit of partitions that have moved is refused by name", async () => {
  const scene = await ConsumerScene.open();
  await scene.produce(0, "a", "b");
  const slow = scene.consumer("slow", { maxPollIntervalMs: 2_000, autoCommit: false });
  const records = await scene.run(slow.poll());
  await scene.pass(2_500);
  await assert.rejects(scene.run(slow.commit(records)), /UNKNOWN_MEMBER_ID/);
});

test("a static member that comes back in time gets its partitions without a rebalance", async () => {
  const scene = await ConsumerScene.open({ partitions: 2 });
  const other = scene.consumer("other", { groupInstanceId: "b" });
  const member = (host: string) => scene.consumer(host, { groupInstanceId: "a" });
  const before = member("before");
  await scene.run(pollUntil([other, before], hasShares([other, 1], [before, 1])));
  const [had] = partitionsOf(before);
  const { rebalances } = other.metrics;
  await scene.run(before.close());
  const after = member("after");
  await scene.run(pollUntil([other, after], hasShares([other, 1], [after, 1])));
  assert.deepEqual([partitionsOf(after)[0], other.metrics.rebalances], [had, rebalances]);
});

test("a static member whose place is taken is told so", async () => {
  const scene = await ConsumerScene.open();
  const member = (host: string) => scene.consumer(host, { groupInstanceId: "a" });
  const [first, second] = [member("first"), member("second")];
  await scene.run(pollUntil([first], hasShares([first, 1])));
  await scene.run(pollUntil([second], hasShares([second, 1])));
  await assert.rejects(scene.run(first.poll(10_000)), /FENCED_INSTANCE_ID/);
  assert.deepEqual(first.assignment(), [], "another reads them now");
  await assert.rejects(scene.run(first.poll(10_000)), /FENCED_INSTANCE_ID/, "and it stays so");
});

test("a topic that matches the expression is read once it is there", async () => {
  const scene = await ConsumerScene.open();
  const consumer = scene.consumer("reader", { topics: /t.*/ }, { metadataMaxAgeMs: 1_000 });
  await scene.run(pollUntil([consumer], hasShares([consumer, 1])));
  await scene.createTopic("two", 2);
  await scene.createTopic("another", 1);
  await scene.run(pollUntil([consumer], hasShares([consumer, 3])));
  assert.deepEqual([...new Set(consumer.assignment().map(({ topic }) => topic))].toSorted(), [TOPIC, "two"]);
});

test("a member goes on through a restart of its broker", async () => {
  const scene = await ConsumerScene.open();
  await scene.produce(0, "a");
  const consumer = scene.consumer("reader");
  assert.equal((await scene.run(consumer.poll())).length, 1);
  await scene.restartBroker();
  await scene.produce(0, "b");
  assert.equal((await scene.run(consumer.poll()))[0]!.value!.toString(), "b");
  await scene.run(consumer.close());
  assert.deepEqual(await scene.committed(), [1]);
});

test("members that share their connections do not keep each other from joining", async () => {
  const scene = await ConsumerScene.open({ partitions: 2 });
  const client = scene.client("program");
  const options = { client, groupId: GROUP, topics: [TOPIC], heartbeatIntervalMs: 100 };
  const [first, second] = [new Consumer(options), new Consumer(options)];
  const before = scene.world.scheduler.nowMs;
  await scene.run(pollUntil([first, second], hasShares([first, 1], [second, 1])));
  await scene.run(Promise.all([first.close(), second.close()]));
  assert.ok(scene.world.scheduler.nowMs - before < 5_000, "no join waited for a time-out");
});

test("a commit in the body of a loop works while the group forms anew", async () => {
  const scene = await ConsumerScene.open({ partitions: 2 });
  await scene.produce(0, "a", "b");
  const first = scene.consumer("first", { autoCommit: false });
  const records = await scene.run(first.poll());
  const second = scene.consumer("second");
  const joining = second.poll(3_000);
  for (let count = 0; count < 20; count += 1) {
    await scene.run(first.commit(records[count % 2]));
    await scene.pass(20);
  }
  const polling = first.poll(3_000);
  await scene.run(Promise.all([joining, polling]));
  assert.deepEqual([partitionsOf(first).length, partitionsOf(second).length], [1, 1]);
  assert.deepEqual((await scene.committed(2))[0], 2);
});

test("a group that is described shows who reads what", async () => {
  const scene = await ConsumerScene.open({ partitions: 4 });
  const consumer = scene.consumer("reader");
  await scene.run(pollUntil([consumer], hasShares([consumer, 4])));
  const [group] = await scene.run(describeGroups(scene.client("observer"), [GROUP]));
  assert.equal(group!.state, "Stable");
  assert.deepEqual(group!.members[0]!.assignment, [{ topic: TOPIC, partitions: [0, 1, 2, 3] }]);
});
