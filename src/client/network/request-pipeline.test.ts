import assert from "node:assert/strict";
import test from "node:test";
import { ScriptedBroker } from "../../../test/support/scripted-broker.ts";
import type { Connection } from "../../ports/network.ts";
import { World } from "../../sim/world.ts";
import { Produce } from "../../wire/kafka/messages/00-produce.ts";
import { Heartbeat } from "../../wire/kafka/messages/12-heartbeat.ts";
import { newClientMetrics } from "./client-metrics.ts";
import { KafkaConnection, type KafkaConnectionSettings } from "./kafka-connection.ts";
import { delay } from "./retry.ts";

const address = { host: "broker", port: 9092 };

async function connected(
  settings: KafkaConnectionSettings,
  prepare: (broker: ScriptedBroker, world: World) => void,
): Promise<{ world: World; connection: KafkaConnection; env: ReturnType<World["machine"]>["boot"] }> {
  const world = new World(1);
  const broker = new ScriptedBroker();
  prepare(broker, world);
  await world.complete(broker.start(world.machine("broker").boot()));
  const env = world.machine("client").boot();
  const connection = await world.complete(KafkaConnection.open(env, address, settings));
  return { world, connection, env: () => env };
}

function beat(memberId: string): { groupId: string; generationId: number; memberId: string } {
  return { groupId: "g", generationId: 1, memberId };
}

/** Something that is no Kafka broker, and says `bytes` (or hangs up) when spoken to. */
async function openToForeigner(answer: (connection: Connection) => void): Promise<unknown> {
  const world = new World(1);
  const listening = world
    .machine("broker")
    .boot()
    .network.listen(address, (connection) => {
      connection.start({ onData: () => answer(connection), onDrain() {}, onClose() {} });
    });
  await world.complete(listening);
  const opening = KafkaConnection.open(world.machine("client").boot(), address, {});
  return await world.complete(opening).catch((error: unknown) => error);
}

test("no more requests are in flight than may be, and those that wait go in their order", async () => {
  const metrics = newClientMetrics();
  const seen: string[] = [];
  let inFlightMax = 0;
  const { world, connection } = await connected({ maxInFlightRequests: 2, metrics }, (broker) =>
    broker.on(Heartbeat, ({ memberId }) => {
      seen.push(memberId);
      inFlightMax = Math.max(inFlightMax, metrics.requestsInFlight);
      return { throttleTimeMs: 0, errorCode: 0 };
    }),
  );
  const answers = ["a", "b", "c", "d", "e"].map((id) => connection.request(Heartbeat, beat(id)));
  assert.deepEqual([metrics.requestsInFlight, metrics.requestsWaiting], [2, 3]);
  await world.complete(Promise.all(answers));
  assert.deepEqual([seen.join(""), inFlightMax], ["abcde", 2]);
  assert.deepEqual([metrics.requestsInFlight, metrics.requestsWaiting, metrics.bytesInFlight], [0, 0, 0]);
});

test("no more bytes are in flight than may be, but a larger request goes alone", async () => {
  const metrics = newClientMetrics();
  const { world, connection } = await connected({ maxInFlightBytes: 100, metrics }, (broker) =>
    broker.on(Heartbeat, () => ({ throttleTimeMs: 0, errorCode: 0 })),
  );
  const large = connection.request(Heartbeat, beat("x".repeat(1_000)));
  const small = connection.request(Heartbeat, beat("y"));
  assert.deepEqual([metrics.requestsInFlight, metrics.requestsWaiting], [1, 1]);
  assert.ok(metrics.bytesInFlight > 1_000);
  await world.complete(Promise.all([large, small]));
});

test("a connection that nobody uses is closed, and one that waits for an answer is not", async () => {
  const settings = { connectionsMaxIdleMs: 1_000, requestTimeoutMs: 5_000 };
  const { world, connection, env } = await connected(settings, (broker) => broker.on(Heartbeat, () => null));
  await world.complete(delay(env(), 900));
  const waiting = connection.request(Heartbeat, beat("a"), { heldMs: 5_000 }).catch(() => {});
  await world.complete(delay(env(), 9_000));
  assert.equal(connection.isOpen, true);
  await world.complete(waiting);

  const other = await connected(settings, () => {});
  await other.world.complete(delay(other.env(), 990));
  assert.equal(other.connection.isOpen, true);
  await other.world.complete(other.connection.whenEnded);
  assert.equal(other.connection.isOpen, false);
});

test("after a throttled answer nothing is sent until the broker's time is over", async () => {
  const metrics = newClientMetrics();
  const times: number[] = [];
  const { world, connection } = await connected({ metrics }, (broker, { scheduler }) =>
    broker.on(Heartbeat, () => {
      times.push(scheduler.nowMs);
      return { throttleTimeMs: times.length === 1 ? 700 : 0, errorCode: 0 };
    }),
  );
  await world.complete(connection.request(Heartbeat, beat("a")));
  await world.complete(connection.request(Heartbeat, beat("b")));
  assert.ok(times[1]! - times[0]! >= 700, `${times}`);
  assert.equal(metrics.throttledMs, 700);
});

test("what is sent without an answer is over when its bytes have left, and waits while the network has no room", async () => {
  const metrics = newClientMetrics();
  const { world, connection } = await connected({ maxInFlightBytes: 100_000, metrics }, (broker) =>
    broker.on(Produce, () => null),
  );
  let sent = 0;
  const body = {
    transactionalId: null,
    acks: 0,
    timeoutMs: 1,
    topicData: [{ name: "t", partitionData: [{ index: 0, records: Buffer.alloc(64 * 1024) }] }],
  };
  world.network.cut("client", "broker");
  const sending = Array.from({ length: 10 }, async () => {
    await connection.sendOnly(Produce, body, { versionMax: 9 });
    sent += 1;
  });
  await world.scheduler.runFor(1_000);
  assert.equal(sent, 0, "the network delivers nothing");
  assert.ok(metrics.requestsWaiting >= 1 && metrics.requestsWaiting < 10, `${metrics.requestsWaiting} wait`);
  world.network.heal();
  await world.complete(Promise.all(sending));
});

test("what the network does not take within the request time-out is given up", async () => {
  const { world, connection } = await connected({ requestTimeoutMs: 2_000 }, (broker) =>
    broker.on(Produce, () => null),
  );
  world.network.cut("client", "broker");
  const body = {
    transactionalId: null,
    acks: 0,
    timeoutMs: 1,
    topicData: [{ name: "t", partitionData: [{ index: 0, records: Buffer.alloc(256 * 1024) }] }],
  };
  const sending = connection.sendOnly(Produce, body, { versionMax: 9 });
  await assert.rejects(world.complete(sending), { kind: "timeout" });
});

test("a port that speaks HTTP or TLS is named for what it is", async () => {
  const http = await openToForeigner((peer) => peer.write([Buffer.from("HTTP/1.1 400 Bad Request\r\n")]));
  assert.match(String(http), /broker:9092 is not a Kafka broker: it speaks HTTP/);
  const tls = await openToForeigner((peer) => peer.write([Buffer.from([0x15, 3, 3, 0, 2, 2, 70])]));
  assert.match(String(tls), /broker:9092 is not a Kafka broker: it speaks TLS/);
  const mute = await openToForeigner((peer) => peer.destroy());
  assert.match(String(mute), /closed the connection without an answer: is it a Kafka broker's PLAINTEXT/);
});

test("deadlines that no sum of durations hits exactly are met all the same", async () => {
  const settings = { requestTimeoutMs: 1_000.1, connectionsMaxIdleMs: 2_000.3 };
  const { world, connection, env } = await connected(settings, (broker) =>
    broker.on(Heartbeat, ({ memberId }) =>
      memberId === "lost" ? null : { throttleTimeMs: 333, errorCode: 0 },
    ),
  );
  for (let round = 0; round < 20; round += 1) {
    await world.complete(connection.request(Heartbeat, beat("a"), { heldMs: 0.7 }));
    await world.complete(delay(env(), 0.1));
  }
  await assert.rejects(world.complete(connection.request(Heartbeat, beat("lost"))), { kind: "timeout" });
});
