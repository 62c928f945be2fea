import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { startMillrace, type TestBroker } from "../../src/testing/index.ts";
import { producerOf } from "./clients.ts";

/*
 * How much of it there may be, and how quickly it goes. Times are this thread's own on the processor: what a busy machine
 * does to the clock on the wall is not the broker's. On a machine at rest the two are the same.
 */

function processorMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

async function timed(work: () => Promise<unknown> | void): Promise<number> {
  const startedMs = processorMs();
  await work();
  return processorMs() - startedMs;
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)]!;
}

const RECORDS = 10_000;

test("a snapshot of ten thousand records is taken, and restored after the first time, in under 20 ms of processor time", async (context) => {
  await using broker = await startMillrace({ topics: ["orders"] });
  await produceRecords(broker);
  const snapshot = broker.snapshot();
  const takes: number[] = [];
  const restores: number[] = [];
  for (let run = 0; run < 20; run += 1) {
    takes.push(await timed(() => void broker.snapshot()));
    restores.push(await timed(() => broker.restore(snapshot)));
  }
  assert.equal((await broker.records("orders")).length, RECORDS);
  context.diagnostic(`snapshot ${shown(takes)}; restore ${shown(restores)}`);
  assert.ok(Math.max(...takes) < 20);
  // The first runs code that nobody has run before, which the limit would not leave room for on a slow machine.
  assert.ok(Math.max(...restores.slice(1)) < 20);
});

function shown(timesMs: readonly number[]): string {
  const [first, middle, worst] = [timesMs[0]!, median(timesMs), Math.max(...timesMs)];
  return `first ${first.toFixed(1)} ms, median ${middle.toFixed(1)} ms, worst ${worst.toFixed(1)} ms`;
}

async function produceRecords(broker: TestBroker): Promise<void> {
  await using producer = await producerOf(broker);
  for (let sent = 0; sent < RECORDS; sent += 500) {
    const messages = Array.from({ length: 500 }, (_, index) => ({
      key: `order-${sent + index}`,
      value: "x".repeat(100),
    }));
    await producer.send({ topic: "orders", messages });
  }
}

test("a week over a thousand topics and groups passes in less than a second", async (context) => {
  const topics = Array.from({ length: 1000 }, (_, index) => `topic-${index}`);
  await using broker = await startMillrace({ topics, config: { "offsets.retention.minutes": DAY_MINUTES } });
  await commitInEach(broker, topics);
  const { groups } = broker.node;
  assert.equal(groups.list({ states: [], types: [] }).groups.length, topics.length);
  const tookMs = await timed(() => broker.advance("7d"));
  context.diagnostic(`${tookMs.toFixed(0)} ms`);
  assert.equal(groups.list({ states: [], types: [] }).groups.length, 0);
  assert.ok(tookMs < 1000, `it took ${tookMs} ms`);
});

const DAY_MINUTES = 24 * 60;

async function commitInEach(broker: TestBroker, topics: readonly string[]): Promise<void> {
  const { groups, cluster } = broker.node;
  await groups.locate("any");
  const commit = { partitionIndex: 0, committedOffset: 1, committedLeaderEpoch: -1, committedMetadata: "" };
  await Promise.all(
    topics.map((name) =>
      groups.commitOffsets({
        groupId: `group of ${name}`,
        generation: -1,
        memberId: "",
        groupInstanceId: null,
        retentionTimeMs: -1,
        knowsGroupIdNotFound: true,
        topics: [{ name, topicId: cluster.topics.get(name)!.id, partitions: [commit] }],
      }),
    ),
  );
}

/** Whatever belongs to the process and would keep it from ending, or grow. */
function openResources(): string[] {
  return process.getActiveResourcesInfo().filter((name) => name !== "TTYWrap" && name !== "PipeWrap");
}

test("a thousand brokers start and stop in one process, and neither handles nor memory grow", async (context) => {
  const startAndStop = async (count: number): Promise<void> => {
    for (let run = 0; run < count; run += 1) await (await startMillrace({ topics: ["orders"] })).stop();
  };
  await startAndStop(200);
  const before = { resources: openResources().length, bytes: settledBytes() };
  const tookMs = await timed(() => startAndStop(800));
  const grownBytes = settledBytes() - before.bytes;
  context.diagnostic(`${(tookMs / 800).toFixed(1)} ms each, ${(grownBytes / 1024).toFixed(0)} KiB grown`);
  assert.ok(openResources().length <= before.resources, openResources().join(", "));
  // What eight hundred brokers leave behind may be no more than what a few hold while they run.
  assert.ok(grownBytes < GROWN_BYTES_MAX, `${grownBytes} bytes`);
});

const GROWN_BYTES_MAX = 4 * 1024 * 1024;

/** What is held after everything that can be collected was. */
function settledBytes(): number {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  for (let round = 0; round < 3; round += 1) collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
