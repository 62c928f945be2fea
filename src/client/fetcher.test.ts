import assert from "node:assert/strict";
import test from "node:test";
import { ScriptedBroker } from "../../test/support/scripted-broker.ts";
import { World } from "../sim/world.ts";
import { buildBatch } from "../wire/kafka/build-batch.ts";
import { Fetch } from "../wire/kafka/messages/01-fetch.ts";
import { ListOffsets } from "../wire/kafka/messages/02-list-offsets.ts";
import type { ResponseInput } from "../wire/kafka/schema.ts";
import { ClusterClient } from "./cluster-client.ts";
import { Fetcher, type FetcherOptions } from "./fetcher.ts";

type PartitionAnswer = ResponseInput<typeof Fetch>["responses"][number]["partitions"][number];

function answer(...partitions: PartitionAnswer[]): ResponseInput<typeof Fetch> {
  return { throttleTimeMs: 0, errorCode: 0, responses: [{ topic: "t", topicId: TOPIC_ID, partitions }] };
}

function batch(partitionIndex: number, baseOffset: number, ...values: string[]): PartitionAnswer {
  const records = values.map((value) => ({ key: null, value: Buffer.from(value) }));
  const highWatermark = baseOffset + values.length;
  const bytes = buildBatch({ baseOffset, records });
  return { partitionIndex, errorCode: 0, highWatermark, abortedTransactions: null, records: bytes };
}

function failed(partitionIndex: number, errorCode: number): PartitionAnswer {
  return { partitionIndex, errorCode, highWatermark: -1, abortedTransactions: null, records: null };
}

const TOPIC_ID = "AAAAAAAAAAAAAAAAAAAAAA";
const NOT_LEADER = 6;
const OUT_OF_RANGE = 1;
const AUTHORIZATION = 29;

interface Scene {
  readonly world: World;
  readonly brokers: readonly ScriptedBroker[];
  readonly fetcher: Fetcher;
}

async function scene(brokerCount: number, options: Partial<FetcherOptions> = {}): Promise<Scene> {
  const world = new World(1);
  const brokers = Array.from({ length: brokerCount }, (_, index) => new ScriptedBroker(`broker${index}`));
  for (const [index, broker] of brokers.entries()) {
    broker.peers = brokers;
    broker.topics.set("t", 2);
    await world.complete(broker.start(world.machine(`broker${index}`).boot()));
  }
  const env = world.machine("client").boot();
  const client = new ClusterClient(env, { bootstrapServers: [{ host: "broker0", port: 9092 }] });
  const fetcher = new Fetcher(client, options);
  fetcher.assign([0, 1].map((partition) => ({ topic: "t", partition, offset: 0 })));
  return { world, brokers, fetcher };
}

async function valuesOf({ world, fetcher }: Scene, polls: number): Promise<string[]> {
  const values: string[] = [];
  for (let poll = 0; poll < polls; poll += 1) {
    for (const { value } of await world.complete(fetcher.poll())) values.push(value!.toString());
  }
  return values;
}

test("records beside a partition in error are not lost", async () => {
  const set = await scene(1);
  set.brokers[0]!.on(Fetch, () => answer(batch(0, 0, "a", "b"), failed(1, NOT_LEADER)));
  assert.deepEqual(await valuesOf(set, 1), ["a", "b"]);
  assert.deepEqual(
    set.fetcher.assigned().map(({ offset }) => offset),
    [2, 0],
  );
});

test("what a second broker sent while the first was worked on is not lost", async () => {
  const set = await scene(2);
  for (const [index, broker] of set.brokers.entries()) {
    let isFirst = true;
    broker.on(Fetch, () => {
      const records = isFirst ? batch(index, 0, `from ${index}`) : failed(index, 0);
      isFirst = false;
      return answer(records);
    });
  }
  assert.deepEqual((await valuesOf(set, 4)).toSorted(), ["from 0", "from 1"]);
});

test("an error that no retry mends is thrown, after what came with it", async () => {
  const set = await scene(1);
  set.brokers[0]!.on(Fetch, () => answer(batch(0, 0, "a"), failed(1, AUTHORIZATION)));
  assert.deepEqual(await valuesOf(set, 1), ["a"]);
  await assert.rejects(valuesOf(set, 1), /TOPIC_AUTHORIZATION_FAILED/);
});

test("a position outside the log is reset as the options say", async () => {
  const set = await scene(1, { offsetReset: "earliest" });
  const broker = set.brokers[0]!;
  broker.on(ListOffsets, () => ({
    topics: [{ name: "t", partitions: [{ partitionIndex: 0, errorCode: 0, offset: 7 }] }],
  }));
  broker.on(Fetch, ({ topics }) => {
    const offset = topics[0]!.partitions.find(({ partition }) => partition === 0)!.fetchOffset;
    return answer(offset < 7 ? failed(0, OUT_OF_RANGE) : batch(0, offset, "found"));
  });
  assert.deepEqual(await valuesOf(set, 2), ["found"]);
});

test("a new assignment drops what was on its way for the old one", async () => {
  const set = await scene(1);
  set.brokers[0]!.on(Fetch, () => answer(batch(0, 0, "old")));
  const polling = set.fetcher.poll();
  set.fetcher.assign([{ topic: "t", partition: 0, offset: 50 }]);
  assert.deepEqual(await set.world.complete(polling), []);
  assert.equal(set.fetcher.assigned()[0]!.offset, 50);
});
