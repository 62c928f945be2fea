import assert from "node:assert/strict";
import { test } from "node:test";
import { startMillrace } from "../../src/testing/index.ts";
import { consumerOf, producerOf, send, until } from "./clients.ts";

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

test("a fault of one topic leaves the others alone", async () => {
  await using broker = await startMillrace({ topics: ["orders", "bills"] });
  await using producer = await producerOf(broker);
  const fault = broker.fail("Produce", "INVALID_RECORD", { topic: "orders" });
  await send(producer, "bills", "fine");
  await assert.rejects(send(producer, "orders", "refused"));
  assert.ok(fault.hits > 0);
  assert.deepEqual([(await broker.records("bills")).length, (await broker.records("orders")).length], [1, 0]);
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
