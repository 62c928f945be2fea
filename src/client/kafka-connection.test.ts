import assert from "node:assert/strict";
import test from "node:test";
import { ScriptedBroker } from "../../test/support/scripted-broker.ts";
import { World } from "../sim/world.ts";
import { Metadata } from "../wire/kafka/messages/03-metadata.ts";
import { Heartbeat } from "../wire/kafka/messages/12-heartbeat.ts";
import { LeaveGroup } from "../wire/kafka/messages/13-leave-group.ts";
import { ApiVersions } from "../wire/kafka/messages/18-api-versions.ts";
import { KafkaConnection } from "./kafka-connection.ts";

const address = { host: "broker", port: 9092 };
const options = { clientId: "test", requestTimeoutMs: 1_000 };
const beat = (memberId: string): { groupId: string; generationId: number; memberId: string } => ({
  groupId: "g",
  generationId: 1,
  memberId,
});

async function connected(prepare: (broker: ScriptedBroker) => void): Promise<[World, KafkaConnection]> {
  const world = new World(1);
  const broker = new ScriptedBroker();
  prepare(broker);
  await world.complete(broker.start(world.machine("broker").boot()));
  const env = world.machine("client").boot();
  return [world, await world.complete(KafkaConnection.open(env, address, options))];
}

test("requests are pipelined, and each gets its own answer", async () => {
  const seen: string[] = [];
  const [world, connection] = await connected((broker) =>
    broker.on(Heartbeat, ({ memberId }) => {
      seen.push(memberId);
      return { throttleTimeMs: 0, errorCode: Number(memberId) };
    }),
  );
  const answers = ["1", "2", "3"].map(
    async (id) => (await connection.request(Heartbeat, beat(id))).errorCode,
  );
  assert.deepEqual(await world.complete(Promise.all(answers)), [1, 2, 3]);
  assert.deepEqual(seen, ["1", "2", "3"]);
});

test("no answer in time ends the connection and fails all that wait on it", async () => {
  const [world, connection] = await connected((broker) => broker.on(Heartbeat, () => null));
  const waiting = [connection.request(Heartbeat, beat("1")), connection.request(Heartbeat, beat("2"))];
  const outcomes = await world.complete(Promise.allSettled(waiting));
  for (const outcome of outcomes) {
    assert.equal(outcome.status, "rejected");
    assert.match(String(outcome.reason), /did not answer Heartbeat in time/);
  }
  assert.equal(connection.isOpen, false);
});

test("a request that the broker holds on purpose gets so much more time", async () => {
  const [world, connection] = await connected((broker) => broker.on(Heartbeat, () => null));
  const startedMs = world.scheduler.nowMs;
  await assert.rejects(world.complete(connection.request(Heartbeat, beat("1"), { heldMs: 5_000 })));
  assert.ok(world.scheduler.nowMs - startedMs >= 6_000);
});

test("an API that the broker lacks is refused without asking", async () => {
  const [world, connection] = await connected(() => {});
  assert.equal(connection.supports(Metadata), true);
  const asked = connection.request(LeaveGroup, { groupId: "g", members: [] });
  await assert.rejects(world.complete(asked), /no usable version of LeaveGroup/);
});

test("the newest version that both sides have is used, and no newer than the caller knows", async () => {
  const world = new World(1);
  const broker = new ScriptedBroker();
  const apiKeys = [{ apiKey: Metadata.key, minVersion: 0, maxVersion: 99 }];
  broker.on(ApiVersions, () => ({ errorCode: 0, apiKeys }));
  await world.complete(broker.start(world.machine("broker").boot()));
  const env = world.machine("client").boot();
  const connection = await world.complete(KafkaConnection.open(env, address, options));
  const metadata = await world.complete(connection.request(Metadata, { topics: [] }, { versionMax: 1 }));
  assert.equal(metadata.clusterId, null, "version 1 has no cluster id");
});

test("a connection that is closed by its owner fails what waits", async () => {
  const [world, connection] = await connected((broker) => broker.on(Heartbeat, () => null));
  const waiting = connection.request(Heartbeat, beat("1"));
  connection.close();
  await assert.rejects(world.complete(waiting), /closed by its owner/);
});
