import assert from "node:assert/strict";
import test from "node:test";
import { InitProducerId } from "../../wire/kafka/messages/22-init-producer-id.ts";
import { producerScene, StrictLeader, type ProducerScene } from "../../../test/support/producer-scene.ts";
import type { RecordMetadata } from "./pending-send.ts";

const one = (value: string): { topic: string; value: string } => ({ topic: "t", value });
const letters = ["a", "b", "c", "d", "e", "f", "g", "h"];

async function sendAll(scene: ProducerScene, values: readonly string[]): Promise<RecordMetadata[]> {
  const sent = values.map((value) => scene.producer.send(one(value)));
  return await scene.world.complete(Promise.all(sent));
}

test("a full buffer holds the sender back until acks free it", async () => {
  const leader = new StrictLeader();
  const scene = await producerScene(leader, { bufferMemoryBytes: 1_024, batchSizeBytes: 512 });
  await sendAll(scene, ["first"]);
  const { producer, world } = scene;
  const sent = letters.map((letter) => producer.send(one(letter.repeat(300))));
  assert.equal(producer.hasRoom, false);
  assert.equal(producer.metrics.waits, 7, "first for metadata, and six for memory");
  assert.ok(producer.metrics.bufferedBytes <= 1_024);
  await world.complete(producer.room());
  await world.complete(Promise.all(sent));
  assert.deepEqual(
    leader.stored().slice(1),
    letters.map((letter) => letter.repeat(300)),
  );
});

test("a large record is not kept out for ever by small ones, also of another topic", async () => {
  const leader = new StrictLeader();
  const scene = await producerScene(leader, { bufferMemoryBytes: 2_048, batchSizeBytes: 512 });
  scene.broker.topics.set("other", 1);
  const { producer, world } = scene;
  await world.complete(Promise.all(["t", "other"].map((topic) => producer.send({ topic, value: "first" }))));
  const small = producer.send(one("s".repeat(400)));
  const large = producer.send(one("l".repeat(1_800)));
  const later = Array.from({ length: 5 }, () => producer.send({ topic: "other", value: "x".repeat(400) }));
  await world.complete(Promise.all([small, large, ...later]));
  const order = leader.arrived.slice(2).map(({ values }) => values[0]![0]);
  assert.deepEqual(order.slice(0, 2), ["s", "l"], order.join(""));
});

test("an id that the cluster will not give fails what waits for it, by Kafka's name", async () => {
  const { world, broker, producer } = await producerScene(new StrictLeader());
  broker.on(InitProducerId, () => ({ throttleTimeMs: 0, errorCode: 31, producerId: -1, producerEpoch: -1 }));
  await assert.rejects(world.complete(producer.send(one("a"))), { code: "CLUSTER_AUTHORIZATION_FAILED" });
  assert.equal(producer.metrics.bufferedBatches, 0);
});

test("memory that is short makes batches leave that would linger", async () => {
  const leader = new StrictLeader();
  const scene = await producerScene(leader, {
    bufferMemoryBytes: 1_024,
    batchSizeBytes: 1_024,
    lingerMs: 60_000,
  });
  const startedMs = scene.world.scheduler.nowMs;
  const sent = ["a", "b"].map((letter) => scene.producer.send(one(letter.repeat(600))));
  await scene.world.complete(sent[0]!);
  assert.ok(scene.world.scheduler.nowMs - startedMs < 1_000);
});

test("a record that is larger than a request may be is refused at once", async () => {
  const scene = await producerScene(new StrictLeader(), { maxRequestSizeBytes: 1_000 });
  await assert.rejects(scene.producer.send(one("x".repeat(1_000))), {
    code: "MESSAGE_TOO_LARGE",
    message: /record of 1036 bytes to "t".*maxRequestSizeBytes is 1000/,
  });
});

test("waiting for memory ends after maxBlockMs, and says what is full", async () => {
  const leader = new StrictLeader(() => "NOT_LEADER_OR_FOLLOWER");
  const scene = await producerScene(leader, { bufferMemoryBytes: 512, maxBlockMs: 2_000 });
  const first = scene.producer.send(one("a".repeat(400)));
  first.catch(() => {});
  await scene.world.scheduler.runFor(100);
  await assert.rejects(scene.world.complete(scene.producer.send(one("b".repeat(400)))), {
    kind: "timeout",
    message: /no room for a record for "t" within maxBlockMs \(2000\): bufferMemoryBytes \(512\)/,
  });
});

test("waiting for a topic that does not exist ends after maxBlockMs with Kafka's name for it", async () => {
  const scene = await producerScene(new StrictLeader(), { maxBlockMs: 2_000 });
  await assert.rejects(scene.world.complete(scene.producer.send({ topic: "none", value: "a" })), {
    code: "UNKNOWN_TOPIC_OR_PARTITION",
  });
});

test("a topic that cannot be found does not hold up another", async () => {
  const scene = await producerScene(new StrictLeader());
  const stuck = scene.producer.send({ topic: "none", value: "a" });
  stuck.catch(() => {});
  assert.equal((await sendAll(scene, ["b"]))[0]!.offset, 0);
});

test("a signal ends the wait for a place in the buffer", async () => {
  const scene = await producerScene(new StrictLeader());
  const abort = new AbortController();
  const waiting = scene.producer.send({ topic: "none", value: "a" }, { signal: abort.signal });
  abort.abort(new Error("enough"));
  await assert.rejects(scene.world.complete(waiting), /enough/);
});

test("what is not acknowledged within its delivery time is given up, with the reason of the last try", async () => {
  const scene = await producerScene(new StrictLeader(() => "NOT_LEADER_OR_FOLLOWER"), {
    deliveryTimeoutMs: 5_000,
  });
  const startedMs = scene.world.scheduler.nowMs;
  await assert.rejects(scene.world.complete(scene.producer.send(one("a"))), (error: Error) => {
    assert.match(error.message, /Records for t-0 were not acknowledged within deliveryTimeoutMs \(5000\)/);
    return /NOT_LEADER_OR_FOLLOWER/.test(String(error.cause));
  });
  assert.ok(scene.world.scheduler.nowMs - startedMs < 5_100);
});

test("a batch that is given up on its way is told at once, and freed when its request has ended", async () => {
  const scene = await producerScene(new StrictLeader(), { deliveryTimeoutMs: 500 }, 1, {
    requestTimeoutMs: 3_000,
  });
  await sendAll(scene, ["a"]);
  scene.world.network.cut("client", "broker");
  const startedMs = scene.world.scheduler.nowMs;
  await assert.rejects(scene.world.complete(scene.producer.send(one("b"))), /deliveryTimeoutMs/);
  assert.ok(scene.world.scheduler.nowMs - startedMs < 600);
  assert.ok(scene.producer.metrics.bufferedBytes > 0, "its bytes may still be read by the network");
  await scene.world.scheduler.runFor(3_000);
  assert.equal(scene.producer.metrics.bufferedBytes, 0);
});

test("close waits for every ack, and a closed producer refuses more", async () => {
  const leader = new StrictLeader();
  const { world, producer } = await producerScene(leader, { lingerMs: 60_000 });
  const sent = [producer.send(one("a")), producer.send(one("b"))];
  await world.complete(producer.close());
  await world.complete(Promise.all(sent));
  assert.deepEqual(leader.stored(), ["a", "b"]);
  await assert.rejects(producer.send(one("c")), { kind: "ended" });
});

test("a signal ends a close, and what is not acknowledged fails", async () => {
  const scene = await producerScene(new StrictLeader(() => "NOT_LEADER_OR_FOLLOWER"));
  const sent = scene.producer.send(one("a"));
  const failed = assert.rejects(sent, /closed before the record was acknowledged/);
  const abort = new AbortController();
  const closed = scene.producer.close({ signal: abort.signal });
  await scene.world.scheduler.runFor(1_000);
  abort.abort();
  await scene.world.complete(closed);
  await failed;
});

test("a flush does not wait for what is sent after it", async () => {
  const { world, producer } = await producerScene(new StrictLeader(), { lingerMs: 60_000 });
  const first = producer.send(one("a"));
  await world.complete(producer.flush());
  const second = producer.send(one("b"));
  await world.scheduler.runFor(1_000);
  await world.complete(first);
  assert.equal(producer.metrics.bufferedBatches, 1, "the second one lingers");
  await world.complete(Promise.all([producer.flush(), second]));
});

test("sendMany takes no more from its source than the buffer holds", async () => {
  const leader = new StrictLeader();
  const { world, producer } = await producerScene(leader, {
    bufferMemoryBytes: 4_096,
    batchSizeBytes: 1_024,
  });
  let taken = 0;
  let mostAhead = 0;
  function* source(): Generator<{ topic: string; value: string }> {
    for (; taken < 200; taken += 1) {
      mostAhead = Math.max(mostAhead, taken - leader.stored().length);
      yield one(String(taken).padEnd(100));
    }
  }
  assert.equal(await world.complete(producer.sendMany(source())), 200);
  assert.deepEqual(
    leader.stored().map(Number),
    Array.from({ length: 200 }, (_, index) => index),
  );
  assert.ok(mostAhead <= 40, `${mostAhead} records were ahead of the log`);
});

test("sendMany ends with the first failure", async () => {
  const leader = new StrictLeader((_, index) => (index === 2 ? "INVALID_RECORD" : "stored"));
  const { world, producer } = await producerScene(leader, { bufferMemoryBytes: 2_048, batchSizeBytes: 512 });
  let taken = 0;
  async function* source(): AsyncGenerator<{ topic: string; value: string }> {
    for (; taken < 1_000; taken += 1) yield await Promise.resolve(one("x".repeat(200)));
  }
  await assert.rejects(world.complete(producer.sendMany(source())), /INVALID_RECORD/);
  assert.ok(taken < 100);
});
