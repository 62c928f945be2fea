import assert from "node:assert/strict";
import { test } from "node:test";
import { startMillrace } from "../../src/testing/index.ts";
import { consumerOf, kafkajs, producerOf, send, until } from "./clients.ts";

test("a kafkajs producer tries again when the leader has moved, and the record is there once", async () => {
  await using broker = await startMillrace({ topics: ["orders"], unhitFaults: "throw" });
  await using producer = await producerOf(broker);
  const fault = broker.fail("Produce", "NOT_LEADER_OR_FOLLOWER", { times: 2, topic: "orders" });
  await send(producer, "orders", "one");
  assert.equal(fault.hits, 2);
  const produced = broker.requests({ api: "Produce" });
  assert.deepEqual(
    produced.map(({ outcome, errors }) => [outcome, ...errors]),
    [["refused", "NOT_LEADER_OR_FOLLOWER"], ["refused", "NOT_LEADER_OR_FOLLOWER"], ["answered"]],
  );
  assert.equal((await broker.records("orders")).length, 1);
});

test("a kafkajs producer whose answer is lost sends again, which makes a duplicate", async () => {
  await using broker = await startMillrace({ topics: ["orders"], unhitFaults: "throw" });
  await using producer = await producerOf(broker);
  broker.loseAnswer("Produce", { times: 1 });
  await send(producer, "orders", "one");
  assert.deepEqual(
    (await broker.records("orders")).map(({ value }) => value),
    ["one", "one"],
  );
});

test("an idempotent kafkajs producer whose answer is lost sends again, and there is one record", async () => {
  await using broker = await startMillrace({ topics: ["orders"], unhitFaults: "throw" });
  await using producer = await producerOf(broker, { idempotent: true });
  broker.loseAnswer("Produce", { times: 1 });
  await send(producer, "orders", "one");
  assert.deepEqual(
    (await broker.records("orders")).map(({ value }) => value),
    ["one"],
  );
});

test("a fault of one topic leaves the others alone", async () => {
  await using broker = await startMillrace({ topics: ["orders", "bills"] });
  await using producer = await producerOf(broker);
  const fault = broker.fail("Produce", "INVALID_RECORD", { topic: "orders" });
  await send(producer, "bills", "fine");
  await assert.rejects(send(producer, "orders", "refused"));
  assert.ok(fault.hits > 0);
  assert.deepEqual([(await broker.records("bills")).length, (await broker.records("orders")).length], [1, 0]);
});

test("a kafkajs consumer reads on after a Fetch that failed", async () => {
  await using broker = await startMillrace({ topics: ["orders"] });
  await using producer = await producerOf(broker);
  await send(producer, "orders", "one", "two");
  const fault = broker.fail("Fetch", "NOT_LEADER_OR_FOLLOWER", { times: 2, topic: "orders", partition: 0 });
  await using reader = await consumerOf(broker, { topic: "orders", groupId: "billing" });
  await until(() => reader.values.length === 2);
  assert.equal(fault.hits, 2);
});

test("a kafkajs consumer whose commit is refused commits no more until it gets another record", async () => {
  await using broker = await startMillrace({ topics: ["orders"] });
  await using producer = await producerOf(broker);
  await send(producer, "orders", "one");
  const fault = broker.fail("OffsetCommit", "COORDINATOR_LOAD_IN_PROGRESS", { times: 1 });
  await using reader = await consumerOf(broker, { topic: "orders", groupId: "billing" });
  await until(() => fault.hits === 1);
  await until(() => broker.requests({ api: "Heartbeat" }).length >= 2);
  assert.equal(broker.requests({ api: "OffsetCommit" }).length, 1);
  await send(producer, "orders", "two");
  await until(() => broker.requests({ api: "OffsetCommit" }).some(({ outcome }) => outcome === "answered"));
  assert.ok(reader.values.includes("two"));
});

test("a kafkajs producer outlives a connection that breaks before its request is carried out", async () => {
  await using broker = await startMillrace({ topics: ["orders"] });
  await using producer = await producerOf(broker);
  const fault = broker.disconnect("Produce", { times: 1 });
  await send(producer, "orders", "one");
  assert.equal(fault.hits, 1);
  assert.equal((await broker.records("orders")).length, 1);
});

test("a kafkajs producer connects again when all connections break", async () => {
  await using broker = await startMillrace({ topics: ["orders"] });
  await using producer = await producerOf(broker);
  await send(producer, "orders", "one");
  assert.ok(broker.disconnect().hits >= 1);
  await send(producer, "orders", "two");
  assert.equal((await broker.records("orders")).length, 2);
});

test("a kafkajs client that is turned away comes in as soon as it may", async () => {
  await using broker = await startMillrace({ topics: ["orders"] });
  const fault = broker.refuseConnections();
  const producer = kafkajs(broker).producer();
  const connecting = producer.connect();
  await until(() => fault.hits > 0);
  fault.remove();
  await connecting;
  await producer.disconnect();
});

test("a held-back answer comes when the broker's clock gets there", async () => {
  await using broker = await startMillrace({ topics: ["orders"] });
  await using producer = await producerOf(broker);
  await send(producer, "orders", "zero");
  broker.freeze();
  const fault = broker.delay("Produce", "2s", { times: 1 });
  let isSent = false;
  const sending = send(producer, "orders", "one").then(() => (isSent = true));
  await until(() => fault.hits === 1);
  assert.equal(isSent, false);
  await broker.advance("2s");
  await sending;
});

test("a throttled kafkajs producer is told to wait", async () => {
  await using broker = await startMillrace({ topics: ["orders"] });
  await using producer = await producerOf(broker);
  broker.throttle(50, { times: 1, where: ({ api }) => api === "Produce" });
  await send(producer, "orders", "one");
  assert.equal(broker.requests({ api: "Produce" })[0]?.answer?.["throttleTimeMs"], 50);
});

test("a kafkajs producer on a full disk succeeds once there is room", async () => {
  await using broker = await startMillrace({ topics: ["orders"] });
  await using producer = await producerOf(broker);
  const fault = broker.fullDisk();
  const sending = send(producer, "orders", "one");
  await until(() => fault.hits > 0);
  fault.remove();
  await broker.advance("2s");
  await sending;
  assert.equal((await broker.records("orders")).length, 1);
});

test("a fault that never happened is reported when the broker stops", async () => {
  const broker = await startMillrace({ unhitFaults: "throw" });
  broker.fail("Fetch", "UNKNOWN_SERVER_ERROR", { topic: "orders" });
  await assert.rejects(
    broker.stop(),
    /never happened:\n {2}fail\("Fetch", "UNKNOWN_SERVER_ERROR", \{ topic: "orders" \}\): 0 hits/,
  );
});

test("a misspelt API is refused at once", async () => {
  await using broker = await startMillrace();
  assert.throws(() => broker.fail("Prodcue", "UNKNOWN_SERVER_ERROR"), /Kafka has no API "Prodcue"/);
});
