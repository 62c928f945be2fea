import assert from "node:assert/strict";
import { test } from "node:test";
import { Producer as PlatformaticProducer, stringSerializers } from "@platformatic/kafka";
import { startMillrace } from "../../src/testing/index.ts";
import { consumerOf, kafkajs, producerOf, send, until } from "./clients.ts";

test("kafkajs produces to a broker in the same process, and the test sees the record", async () => {
  await using broker = await startMillrace({ topics: ["orders"] });
  await using producer = await producerOf(broker);
  await producer.send({
    topic: "orders",
    messages: [{ key: "42", value: '{"sum":7}', headers: { source: "shop" } }],
  });
  const [order] = await broker.waitFor({ topic: "orders" });
  assert.deepEqual([order?.key, order?.json(), order?.headers], ["42", { sum: 7 }, { source: "shop" }]);
});

test("@platformatic/kafka produces, and a wait that began before is over", async () => {
  await using broker = await startMillrace({ topics: [{ name: "orders", partitions: 3 }] });
  const waiting = broker.waitFor({ topic: "orders", where: ({ value }) => value === "second" });
  const producer = new PlatformaticProducer({
    clientId: "shop",
    bootstrapBrokers: [broker.bootstrapServers],
    serializers: stringSerializers,
  });
  await producer.send({ messages: [{ topic: "orders", key: "a", value: "first" }] });
  await producer.send({ messages: [{ topic: "orders", key: "b", value: "second" }] });
  assert.equal((await waiting)[0]?.key, "b");
  await producer.close();
});

test("a kafkajs consumer of a group gets what was produced before it came", async () => {
  await using broker = await startMillrace({ topics: ["orders"] });
  await using producer = await producerOf(broker);
  await send(producer, "orders", "one", "two");
  await using reader = await consumerOf(broker, { topic: "orders", groupId: "billing" });
  await until(() => reader.values.length === 2);
  assert.deepEqual(reader.values, ["one", "two"]);
});

test("topics come with their partitions and configuration, as an admin client sees them", async () => {
  await using broker = await startMillrace({
    topics: ["plain", { name: "wide", partitions: 4, config: { "cleanup.policy": "compact" } }],
  });
  const admin = kafkajs(broker).admin();
  await admin.connect();
  const { topics } = await admin.fetchTopicMetadata({ topics: ["plain", "wide"] });
  assert.deepEqual(Object.fromEntries(topics.map(({ name, partitions }) => [name, partitions.length])), {
    plain: 1,
    wide: 4,
  });
  await admin.disconnect();
});

test("a wait that is in vain says what there was instead", async () => {
  await using broker = await startMillrace({ topics: ["orders"] });
  await using producer = await producerOf(broker, { clientId: "shop" });
  await send(producer, "orders", "one");
  await assert.rejects(broker.waitFor({ topic: "orders", count: 2, timeout: 20 }), (error: Error) => {
    assert.match(error.message, /Waited 20 ms for 2 records in "orders". It has 1, of which 1 count\./);
    assert.match(error.message, /orders-0 @0 null: "one"/);
    assert.match(error.message, /Produce v\d+ from "shop": answered/);
    return true;
  });
  await assert.rejects(broker.waitFor({ topic: "missing", timeout: 1 }), /There is no such topic/);
});

test("a report tells what a kafkajs client asked, and what it got", async () => {
  await using broker = await startMillrace({ topics: ["orders"] });
  broker.fail("Produce", "REQUEST_TIMED_OUT", { times: 1 });
  await using producer = await producerOf(broker, { clientId: "shop" });
  await send(producer, "orders", "one");
  const lines = broker.report().split("\n");
  assert.ok(lines.some((line) => /Produce v\d+ from "shop": refused, REQUEST_TIMED_OUT$/.test(line)));
  assert.ok(lines.some((line) => line.endsWith(" info: Registered with the controller")));
});

test("fifty brokers live in one process, each with its own records", async () => {
  const brokers = await Promise.all(Array.from({ length: 50 }, () => startMillrace({ topics: ["orders"] })));
  await Promise.all(
    brokers.map(async (broker, index) => {
      await using producer = await producerOf(broker);
      await send(producer, "orders", `of ${index}`);
    }),
  );
  for (const [index, broker] of brokers.entries()) {
    const values = (await broker.records("orders")).map(({ value }) => value);
    assert.deepEqual(values, [`of ${index}`]);
    await broker.stop();
  }
});
