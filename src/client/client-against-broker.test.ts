import assert from "node:assert/strict";
import test from "node:test";
import { brokerProgram } from "../sim/scenario/broker-program.ts";
import { World } from "../sim/world.ts";
import { createTopics } from "./admin/admin-topics.ts";
import { ClusterClient } from "./network/cluster-client.ts";
import { Consumer } from "./consumer/consumer.ts";
import { Producer } from "./producer/producer.ts";
import { delay } from "./network/retry.ts";

/*
 * Our client against our broker, in the simulator: links fragment, stall and break, and in the middle the
 * broker loses its power. Nothing that was sent may be missing, doubled or out of order.
 */

const RECORDS = 300;
const PARTITIONS = 3;
/** Sending takes more than a second of virtual time, so that the power is cut in the middle of it. */
const PAUSE_MS = 4;
const bootstrapServers = [{ host: "broker", port: 9092 }];

async function run(seed: number): Promise<void> {
  const world = new World(seed);
  const machine = world.machine("broker");
  await world.complete(brokerProgram.start(machine.boot()));
  const env = world.machine("client").boot();
  const client = new ClusterClient(env, { bootstrapServers, requestTimeoutMs: 3_000, apiTimeoutMs: 120_000 });
  await world.complete(createTopics(client, [{ name: "t", partitions: PARTITIONS }]));
  Object.assign(world.network.faults, { fragment: 0.1, reset: 0.002, stall: 0.01 });

  const producing = produceAll(client);
  world.scheduler.after(200 + (seed % 7) * 50, null, () => {
    machine.cutPower({ keep: 0.3, lose: 0.5, tear: 0.2 });
    world.scheduler.after(500, null, () => void brokerProgram.start(machine.boot()));
  });
  await world.complete(producing);
  const seen = await world.complete(consumeAll(client));
  for (let key = 0; key < PARTITIONS; key += 1) {
    const wanted = numbers().filter((number) => number % PARTITIONS === key);
    assert.deepEqual(seen.get(String(key)), wanted, `key ${key}, seed ${seed}`);
  }
  await world.complete(client.close());
}

function numbers(): number[] {
  return Array.from({ length: RECORDS }, (_, index) => index);
}

async function produceAll(client: ClusterClient): Promise<void> {
  const producer = new Producer({ client, batchSizeBytes: 400, lingerMs: 2, deliveryTimeoutMs: 300_000 });
  const sent: Promise<unknown>[] = [];
  for (const number of numbers()) {
    const key = Buffer.from(String(number % PARTITIONS));
    sent.push(producer.send({ topic: "t", key, value: Buffer.from(String(number)) }));
    await delay(client.env, PAUSE_MS);
  }
  await Promise.all(sent);
  await producer.close();
}

async function consumeAll(client: ClusterClient): Promise<Map<string, number[]>> {
  const consumer = new Consumer({ client, groupId: "g", topics: ["t"] });
  const seen = new Map<string, number[]>();
  let count = 0;
  for await (const { key, value } of consumer) {
    const name = key!.toString();
    seen.set(name, [...(seen.get(name) ?? []), Number(value!.toString())]);
    count += 1;
    if (count === RECORDS) break;
  }
  await consumer.close();
  return seen;
}

for (let seed = 1; seed <= 20; seed += 1) {
  test(`all that is sent arrives once and in order through lost links and a power cut (seed ${seed})`, async () => {
    await run(seed);
  });
}
