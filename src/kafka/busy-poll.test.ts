import assert from "node:assert/strict";
import { test } from "node:test";
import { ClusterClient } from "../client/network/cluster-client.ts";
import type { Env } from "../ports/env.ts";
import { brokerProgram } from "../sim/scenario/broker-program.ts";
import { World } from "../sim/world.ts";
import { Metadata } from "../wire/kafka/messages/index.ts";

const ADDRESS = { host: "broker", port: 9092 };
const ASKED = { topics: [], allowAutoTopicCreation: false };
const PROMPT_US = 1_000;

/** The same machine, whose connections note for how long they are asked to stay awake. */
function noting(env: Env, asked: number[]): Env {
  const listen: Env["network"]["listen"] = (address, onConnection) =>
    env.network.listen(address, (connection) => {
      onConnection(Object.assign(connection, { expectSoon: (us: number) => void asked.push(us) }));
    });
  return { ...env, network: { connect: (...to) => env.network.connect(...to), listen } };
}

/** What the broker asks of its connections while a client sends 20 requests, each after the answer before. */
async function askedWhile(latencyMs: number, promptUs = PROMPT_US): Promise<number[]> {
  const world = new World(1);
  const asked: number[] = [];
  const settings = { "millrace.busy.poll.us": String(promptUs) };
  const env = noting(world.machine("broker").boot(), asked);
  await world.complete(brokerProgram.start(env, settings));
  world.network.faults.latencyMs = latencyMs;
  const client = new ClusterClient(world.machine("client").boot(), { bootstrapServers: [ADDRESS] });
  for (let sent = 0; sent < 20; sent += 1) {
    await world.complete(client.requestOnce({ to: "any" }, Metadata, ASKED));
  }
  await world.complete(client.close());
  return asked;
}

test("the broker stays awake for a client that sends the next request as soon as it is answered", async () => {
  const asked = await askedWhile(0.1);
  assert.ok(asked.length >= 10, `${asked.length} times`);
  assert.ok(asked.every((us) => us === PROMPT_US));
});

test("the broker sleeps when requests come late, or the setting is 0", async () => {
  assert.deepEqual(await askedWhile(100), []);
  assert.deepEqual(await askedWhile(0.1, 0), []);
});
