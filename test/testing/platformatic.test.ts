import assert from "node:assert/strict";
import { test } from "node:test";
import { Consumer, Producer, stringDeserializers, stringSerializers } from "@platformatic/kafka";
import { startMillrace, type TestBroker } from "../../src/testing/index.ts";
import { until } from "./clients.ts";

/* @platformatic/kafka speaks the newest versions, which know topics by their ids. */

function producerOf(
  broker: TestBroker,
  clientId = "shop",
): Producer<string, string, string, string> & AsyncDisposable {
  const producer = new Producer({
    clientId,
    bootstrapBrokers: [broker.bootstrapServers],
    serializers: stringSerializers,
    retries: 5,
    retryDelay: 20,
  });
  return Object.assign(producer, { [Symbol.asyncDispose]: () => producer.close() });
}

async function valuesOf(broker: TestBroker): Promise<(string | null)[]> {
  return (await broker.records("orders")).map(({ value }) => value);
}

test("a @platformatic/kafka producer tries again when the leader of its topic has moved", async () => {
  await using broker = await startMillrace({ topics: ["orders", "bills"], unhitFaults: "throw" });
  await using producer = producerOf(broker);
  const fault = broker.fail("Produce", "NOT_LEADER_OR_FOLLOWER", { times: 2, topic: "orders" });
  await producer.send({ messages: [{ topic: "bills", value: "fine" }] });
  assert.equal(fault.hits, 0);
  await producer.send({ messages: [{ topic: "orders", value: "one" }] });
  assert.equal(fault.hits, 2);
  assert.deepEqual(await valuesOf(broker), ["one"]);
});

test("a fault of one client does not meet another @platformatic/kafka client", async () => {
  await using broker = await startMillrace({ topics: ["orders"] });
  await using shop = producerOf(broker, "shop");
  await using desk = producerOf(broker, "desk");
  const fault = broker.fail("Produce", "INVALID_RECORD", { clientId: "shop" });
  await desk.send({ messages: [{ topic: "orders", value: "of desk" }] });
  await assert.rejects(shop.send({ messages: [{ topic: "orders", value: "of shop" }] }));
  assert.ok(fault.hits > 0);
  assert.deepEqual(await valuesOf(broker), ["of desk"]);
});

test("a @platformatic/kafka consumer reads on after a Fetch of its topic failed", async () => {
  await using broker = await startMillrace({ topics: ["orders"] });
  await using producer = producerOf(broker);
  await producer.send({ messages: [{ topic: "orders", value: "one" }] });
  const fault = broker.fail("Fetch", "NOT_LEADER_OR_FOLLOWER", { times: 1, topic: "orders" });
  const consumer = new Consumer({
    groupId: "billing",
    clientId: "desk",
    bootstrapBrokers: [broker.bootstrapServers],
    deserializers: stringDeserializers,
    maxWaitTime: 50,
    retries: 5,
    retryDelay: 20,
  });
  const values: string[] = [];
  const stream = await consumer.consume({ topics: ["orders"], mode: "earliest", autocommit: true });
  stream.on("data", ({ value }) => values.push(value));
  await until(() => values.length === 1);
  assert.deepEqual([fault.hits, values], [1, ["one"]]);
  const group = await broker.group("billing");
  assert.deepEqual(
    [group.state, group.members.map(({ clientId, partitions }) => [clientId, partitions])],
    ["Stable", [["desk", ["orders-0"]]]],
  );
  await stream.close();
  await consumer.close();
});
