import assert from "node:assert/strict";
import { test } from "node:test";
import { createTopics } from "../client/admin/admin-topics.ts";
import { ClusterClient } from "../client/network/cluster-client.ts";
import { brokerProgram } from "../sim/scenario/broker-program.ts";
import { KafkaLink } from "../sim/scenario/kafka-link.ts";
import { World } from "../sim/world.ts";
import { Fetch, Metadata, Produce } from "../wire/kafka/messages/index.ts";
import { buildBatch } from "../wire/kafka/record-batch.ts";
import type { RequestInput } from "../wire/kafka/schema.ts";

/* The edge on a whole broker, in virtual time: what a client may rely on beyond each single answer. */

const PRODUCE_VERSION = 9;
const FETCH_VERSION = 11;
const ADDRESS = { host: "broker", port: 9092 };
/** So slow that the order of what waits for the disk and what does not can be seen. */
const SLOW_DISK_MS = 400;

async function scene() {
  const world = new World(1);
  const machine = world.machine("broker");
  await world.complete(brokerProgram.start(machine.boot()));
  const env = world.machine("client").boot();
  const client = new ClusterClient(env, {
    bootstrapServers: [ADDRESS],
    requestTimeoutMs: 3_000,
    apiTimeoutMs: 30_000,
  });
  await world.complete(createTopics(client, [{ name: "t", partitions: 1 }]));
  await world.complete(client.close());
  const link = await world.complete(KafkaLink.connect(env, ADDRESS));
  const order: string[] = [];
  const noting = async <T>(name: string, answer: Promise<T>): Promise<T> => {
    const settled = await answer;
    order.push(name);
    return settled;
  };
  return { world, machine, env, link, order, noting };
}

function produceRequest(acks: number): RequestInput<typeof Produce> {
  const records = buildBatch({ baseOffset: 0, records: [{ key: null, value: Buffer.from("v") }] });
  const topic = { name: "t", topicId: "", partitionData: [{ index: 0, records }] };
  return { transactionalId: null, acks, timeoutMs: 30_000, topicData: [topic] };
}

function fetchRequest(maxWaitMs: number, minBytes = 1): RequestInput<typeof Fetch> {
  const partition = { partition: 0, fetchOffset: 0, partitionMaxBytes: 1_000_000 };
  const topic = { topic: "t", topicId: "", partitions: [partition] };
  return { maxWaitMs, minBytes, maxBytes: 1_000_000, topics: [topic] };
}

test("acks=1 is answered before the disk has synced, acks=all and consumers only after", async () => {
  const { world, machine, env, link, order, noting } = await scene();
  const consumer = await world.complete(KafkaLink.connect(env, ADDRESS));
  Object.assign(machine.image.faults, { slow: 1, slowMs: SLOW_DISK_MS });
  const fetched = noting("fetch", consumer.call(Fetch, FETCH_VERSION, fetchRequest(10_000)));
  const other = await world.complete(KafkaLink.connect(env, ADDRESS));
  const all = noting("all", link.call(Produce, PRODUCE_VERSION, produceRequest(-1)));
  const leader = noting("leader", other.call(Produce, PRODUCE_VERSION, produceRequest(1)));
  await world.complete(Promise.all([fetched, all, leader]));
  assert.equal(order[0], "leader");
  const { responses } = await fetched;
  assert.ok(responses[0]!.partitions[0]!.highWatermark >= 1);
});

test("a fetch waits for its time when nothing comes, and ends at once when enough has", async () => {
  const { world, link } = await scene();
  const began = world.scheduler.nowMs;
  const empty = await world.complete(link.call(Fetch, FETCH_VERSION, fetchRequest(700)));
  assert.equal(empty.responses[0]!.partitions[0]!.records?.length, 0);
  assert.ok(world.scheduler.nowMs - began >= 700);
  await world.complete(link.call(Produce, PRODUCE_VERSION, produceRequest(-1)));
  const asked = world.scheduler.nowMs;
  const full = await world.complete(link.call(Fetch, FETCH_VERSION, fetchRequest(60_000)));
  assert.ok(full.responses[0]!.partitions[0]!.records!.length > 0);
  assert.ok(world.scheduler.nowMs - asked < 1_000);
});

test("a fetch that wants more than one append brings is woken by the one that fills it", async () => {
  const { world, env, link } = await scene();
  const consumer = await world.complete(KafkaLink.connect(env, ADDRESS));
  const fetching = consumer.call(Fetch, FETCH_VERSION, fetchRequest(60_000, 150));
  for (let count = 0; count < 3; count += 1) {
    await world.complete(link.call(Produce, PRODUCE_VERSION, produceRequest(-1)));
  }
  const { responses } = await world.complete(fetching);
  assert.ok(responses[0]!.partitions[0]!.records!.length >= 150);
  assert.ok(world.scheduler.nowMs < 30_000);
});

test("requests of one connection are answered in order, also behind a fetch that waits", async () => {
  const { world, link, order, noting } = await scene();
  const answers = [
    noting("produce 1", link.call(Produce, PRODUCE_VERSION, produceRequest(-1))),
    noting("produce 2", link.call(Produce, PRODUCE_VERSION, produceRequest(-1))),
    noting("fetch", link.call(Fetch, FETCH_VERSION, fetchRequest(2_000, 1_000_000))),
    noting("metadata", link.call(Metadata, 9, { topics: [] })),
  ];
  await world.complete(Promise.all(answers));
  assert.deepEqual(order, ["produce 1", "produce 2", "fetch", "metadata"]);
});

test("acks=0 leaves no slot for an answer when it works, and hangs up when it does not", async () => {
  const { world, link } = await scene();
  link.send(Produce, PRODUCE_VERSION, produceRequest(0));
  await world.complete(link.call(Metadata, 9, { topics: [] }));
  const [topic] = produceRequest(0).topicData;
  const unknown = { ...produceRequest(0), topicData: [{ ...topic!, name: "missing" }] };
  link.send(Produce, PRODUCE_VERSION, unknown);
  await assert.rejects(world.complete(link.call(Metadata, 9, { topics: [] })), /closed|ECONNRESET/);
});

test("bytes that are no request end the connection, and no other", async () => {
  const { world, env, link } = await scene();
  const strange = [
    Buffer.from("GET / HTTP/1.1\r\n\r\n"),
    Buffer.from([0, 0, 0, 0]),
    Buffer.from([0xff, 0xff, 0xff, 0xff]),
    Buffer.from([0, 0, 0, 8, 0x7f, 0, 0, 0, 0, 0, 0, 1]), // An API key that nobody has.
    Buffer.from([0, 0, 0, 10, 0, 3, 0, 99, 0, 0, 0, 1, 0, 0]), // Metadata, version 99.
  ];
  for (const bytes of strange) {
    const stranger = await world.complete(KafkaLink.connect(env, ADDRESS));
    stranger.sendBytes(bytes);
    await assert.rejects(world.complete(stranger.call(Metadata, 9, { topics: [] })), /closed|ECONNRESET/);
  }
  await world.complete(link.call(Metadata, 9, { topics: [] }));
});

test("when the disk fails, waiting producers are told at once, with the protocol's word", async () => {
  const { world, machine, link } = await scene();
  Object.assign(machine.image.faults, { syncFailure: 1, affects: (path: string) => path.includes("/t-0") });
  const began = world.scheduler.nowMs;
  const answer = await world.complete(link.call(Produce, PRODUCE_VERSION, produceRequest(-1)));
  assert.equal(answer.responses[0]!.partitionResponses[0]!.errorCode, 56);
  assert.ok(world.scheduler.nowMs - began < 5_000);
});
