import assert from "node:assert/strict";
import test from "node:test";
import { ScriptedBroker } from "../../test/support/scripted-broker.ts";
import { World } from "../sim/world.ts";
import { Produce } from "../wire/kafka/messages/00-produce.ts";
import { InitProducerId } from "../wire/kafka/messages/22-init-producer-id.ts";
import { decodeRecords } from "../wire/kafka/decode-records.ts";
import { baseSequenceOf, producerIdOf } from "../wire/kafka/record-batch.ts";
import type { RequestOf, ResponseInput } from "../wire/kafka/schema.ts";
import { ClusterClient } from "./cluster-client.ts";
import { Producer, type ProducerOptions } from "./producer.ts";

interface Arrived {
  readonly sequence: number;
  readonly producerId: number;
  readonly values: string[];
}

/** What a Produce request carried for the only partition that these tests use. */
function arrived(request: RequestOf<typeof Produce>): Arrived {
  const batch = request.topicData[0]!.partitionData[0]!.records!;
  const values = decodeRecords(batch).map(({ value }) => value!.toString());
  return { sequence: baseSequenceOf(batch, 0), producerId: producerIdOf(batch, 0), values };
}

function answer(errorCode: number, baseOffset = 0): ResponseInput<typeof Produce> {
  return {
    responses: [
      {
        name: "t",
        topicId: "AAAAAAAAAAAAAAAAAAAAAA",
        partitionResponses: [{ index: 0, errorCode, baseOffset }],
      },
    ],
  };
}

interface Scene {
  readonly world: World;
  readonly broker: ScriptedBroker;
  readonly producer: Producer;
}

async function scene(options: Partial<ProducerOptions> = {}): Promise<Scene> {
  const world = new World(1);
  const broker = new ScriptedBroker();
  broker.topics.set("t", 1);
  let producerId = 6;
  broker.on(InitProducerId, () => ({
    throttleTimeMs: 0,
    errorCode: 0,
    producerId: (producerId += 1),
    producerEpoch: 0,
  }));
  await world.complete(broker.start(world.machine("broker").boot()));
  const bootstrapServers = [{ host: "broker", port: 9092 }];
  const client = new ClusterClient(world.machine("client").boot(), {
    bootstrapServers,
    requestTimeoutMs: 1_000,
  });
  return { world, broker, producer: new Producer(client, options) };
}

function record(value: string): { topic: string; value: Buffer } {
  return { topic: "t", value: Buffer.from(value) };
}

const CORRUPT = 2;
const NOT_LEADER = 6;
const OUT_OF_ORDER = 45;
const TOO_LARGE = 10;

test("records that are sent together travel together and get offsets in order", async () => {
  const { world, broker, producer } = await scene();
  const requests: Arrived[] = [];
  broker.on(Produce, (request) => {
    requests.push(arrived(request));
    return answer(0, 100);
  });
  const acknowledged = Promise.all(["a", "b", "c"].map(async (value) => await producer.send(record(value))));
  const offsets = (await world.complete(acknowledged)).map(({ offset }) => offset);
  assert.deepEqual(offsets, [100, 101, 102]);
  assert.deepEqual(requests, [{ sequence: 0, producerId: 7, values: ["a", "b", "c"] }]);
});

test("a retry carries the same sequence, so that the broker can tell it from a new batch", async () => {
  const { world, broker, producer } = await scene();
  const requests: Arrived[] = [];
  broker.on(Produce, (request) => answer(requests.push(arrived(request)) < 3 ? NOT_LEADER : 0, 5));
  const { offset } = await world.complete(producer.send(record("a")));
  assert.equal(offset, 5);
  assert.deepEqual(
    requests.map(({ sequence }) => sequence),
    [0, 0, 0],
  );
});

test("an answer that was lost is asked for again, not taken for a failure", async () => {
  const { world, broker, producer } = await scene();
  let count = 0;
  broker.on(Produce, () => {
    count += 1;
    if (count === 1) return null;
    return count === 2 ? "close" : answer(0);
  });
  await world.complete(producer.send(record("a")));
  assert.equal(count, 3);
});

test("a batch that overtook a failed one is sent again behind it", async () => {
  const { world, broker, producer } = await scene({ batchSizeBytes: 1, lingerMs: 0 });
  const stored: string[] = [];
  let isFirst = true;
  let next = 0;
  broker.on(Produce, (request) => {
    const { sequence, values } = arrived(request);
    if (isFirst) {
      isFirst = false;
      return answer(CORRUPT);
    }
    if (sequence !== next) return answer(OUT_OF_ORDER);
    next += 1;
    stored.push(...values);
    return answer(0);
  });
  const values = ["a", "b", "c", "d"];
  await world.complete(Promise.all(values.map(async (value) => await producer.send(record(value)))));
  assert.deepEqual(stored, values);
});

test("a refusal that no retry mends is the sender's, and the next batch starts with a new producer id", async () => {
  const { world, broker, producer } = await scene();
  const requests: Arrived[] = [];
  broker.on(Produce, (request) => answer(requests.push(arrived(request)) === 1 ? TOO_LARGE : 0));
  await assert.rejects(world.complete(producer.send(record("a"))), /MESSAGE_TOO_LARGE/);
  await world.complete(producer.send(record("b")));
  assert.deepEqual(
    requests.map(({ sequence, producerId }) => [sequence, producerId]),
    [
      [0, 7],
      [0, 8],
    ],
  );
});

test("a full buffer holds the sender back until acks free it", async () => {
  const { world, broker, producer } = await scene({ bufferMemoryBytes: 100, batchSizeBytes: 1, lingerMs: 0 });
  let stored = 0;
  broker.on(Produce, () => {
    stored += 1;
    return answer(0);
  });
  await world.complete(producer.room());
  void producer.send(record("x".repeat(90)));
  let hasRoom = false;
  const waiting = world.complete(producer.send(record("y".repeat(90)))).then(() => (hasRoom = true));
  assert.equal(hasRoom, false);
  await waiting;
  assert.equal(stored, 2);
});

test("what is not acknowledged within its delivery time is given up", async () => {
  const { world, broker, producer } = await scene({ deliveryTimeoutMs: 5_000 });
  broker.on(Produce, () => answer(NOT_LEADER));
  await assert.rejects(world.complete(producer.send(record("a"))), /NOT_LEADER_OR_FOLLOWER|not acknowledged/);
});

test("close waits for every ack, and a closed producer refuses more", async () => {
  const { world, broker, producer } = await scene({ lingerMs: 60_000 });
  let stored = 0;
  broker.on(Produce, (request) => {
    stored += arrived(request).values.length;
    return answer(0);
  });
  const sent = [producer.send(record("a")), producer.send(record("b"))];
  await world.complete(producer.close());
  await world.complete(Promise.all(sent));
  assert.equal(stored, 2);
  await assert.rejects(world.complete(producer.send(record("c"))), /closed/);
});

test("acks 0 waits for nobody", async () => {
  const { world, broker, producer } = await scene({ acks: 0, isIdempotent: false });
  broker.on(Produce, () => null);
  assert.equal((await world.complete(producer.send(record("a")))).offset, -1);
});

test("records keep their order while the topic is being created and while memory is short", async () => {
  const { world, broker, producer } = await scene({ bufferMemoryBytes: 100, batchSizeBytes: 1, lingerMs: 0 });
  broker.topics.delete("t");
  world.scheduler.after(700, null, () => broker.topics.set("t", 1));
  const stored: string[] = [];
  broker.on(Produce, (request) => {
    stored.push(...arrived(request).values);
    return answer(0);
  });
  const values = Array.from({ length: 20 }, (_, index) => String(index));
  await world.complete(Promise.all(values.map(async (value) => await producer.send(record(value)))));
  assert.deepEqual(stored, values);
});
