import assert from "node:assert/strict";
import { test } from "node:test";
import { startMillrace, type TestBroker } from "../../src/testing/index.ts";
import { until } from "./clients.ts";
import { foreignClients } from "./foreign-clients.ts";

/* Each fault with each foreign client: what the client does stands in the title. */

const start = (): Promise<TestBroker> => startMillrace({ topics: ["orders"], unhitFaults: "throw" });

async function valuesOf(broker: TestBroker): Promise<(string | null)[]> {
  return (await broker.records("orders")).map(({ value }) => value);
}

for (const client of foreignClients) {
  const { name, skip } = client;

  test(
    `fail: ${name} produces again when the leader has moved, and the record is there once`,
    { skip },
    async () => {
      await using broker = await start();
      await using producer = await client.producer(broker);
      const fault = broker.fail("Produce", "NOT_LEADER_OR_FOLLOWER", { times: 2, topic: "orders" });
      await producer.send({ value: "one" });
      assert.equal(fault.hits, 2);
      assert.deepEqual(await valuesOf(broker), ["one"]);
    },
  );

  test(`fail: ${name} gives a record up that the broker calls invalid, at once`, { skip }, async () => {
    await using broker = await start();
    await using producer = await client.producer(broker);
    const fault = broker.fail("Produce", "INVALID_RECORD");
    await assert.rejects(producer.send({ value: "one" }));
    assert.equal(fault.hits, 1);
  });

  test(`fail: ${name} reads on after a Fetch that failed`, { skip }, async () => {
    await using broker = await start();
    await using producer = await client.producer(broker);
    await producer.send({ value: "one" });
    const fault = broker.fail("Fetch", "NOT_LEADER_OR_FOLLOWER", { times: 2, topic: "orders", partition: 0 });
    await using reader = await client.consumer(broker, { topic: "orders", groupId: "billing" });
    await until(() => reader.values.length === 1);
    assert.equal(fault.hits, 2);
  });

  test(
    `delay: ${name} waits for an answer that is held back until the broker's clock gets there`,
    { skip },
    async () => {
      await using broker = await start();
      await using producer = await client.producer(broker);
      await producer.send({ value: "zero" });
      broker.freeze();
      const fault = broker.delay("Produce", "1s", { times: 1 });
      let isSent = false;
      const sending = producer.send({ value: "one" }).then(() => (isSent = true));
      await until(() => fault.hits === 1);
      assert.equal(isSent, false);
      await broker.advance("1s");
      await sending;
    },
  );

  test(`loseAnswer: ${name} sends again, which makes a duplicate`, { skip }, async () => {
    await using broker = await start();
    await using producer = await client.producer(broker);
    broker.loseAnswer("Produce", { times: 1 });
    await producer.send({ value: "one" });
    assert.deepEqual(await valuesOf(broker), ["one", "one"]);
  });

  test(
    `loseAnswer: ${name} with an idempotent producer sends again, and there is one record`,
    { skip },
    async () => {
      await using broker = await start();
      await using producer = await client.producer(broker, { idempotent: true });
      broker.loseAnswer("Produce", { times: 1 });
      await producer.send({ value: "one" });
      assert.deepEqual(await valuesOf(broker), ["one"]);
    },
  );

  test(
    `disconnect: ${name} sends again when the connection breaks before its request is carried out`,
    { skip },
    async () => {
      await using broker = await start();
      await using producer = await client.producer(broker);
      const fault = broker.disconnect("Produce", { times: 1 });
      await producer.send({ value: "one" });
      assert.equal(fault.hits, 1);
      assert.deepEqual(await valuesOf(broker), ["one"]);
    },
  );

  test(`disconnect: ${name} connects again when all connections break`, { skip }, async () => {
    await using broker = await start();
    await using producer = await client.producer(broker);
    await producer.send({ value: "one" });
    assert.ok(broker.disconnect().hits >= 1);
    await producer.send({ value: "two" });
    assert.deepEqual(await valuesOf(broker), ["one", "two"]);
  });

  test(`refuseConnections: ${name} comes in as soon as it may`, { skip }, async () => {
    await using broker = await start();
    const fault = broker.refuseConnections();
    const sending = client.producer(broker).then(async (producer) => {
      await producer.send({ value: "one" });
      return producer;
    });
    await until(() => fault.hits > 1);
    fault.remove();
    await using _ = await sending;
    assert.deepEqual(await valuesOf(broker), ["one"]);
  });

  const throttleMs = client.waitsWhenThrottled ? 300 : 60_000;
  const does = client.waitsWhenThrottled ? "sends nothing for as long as it was told" : "sends on at once";
  test(`throttle: ${name} that is told to wait ${does}`, { skip }, async () => {
    await using broker = await start();
    await using producer = await client.producer(broker);
    broker.throttle(throttleMs, { times: 1, where: ({ api }) => api === "Produce" });
    await producer.send({ value: "one" });
    await producer.send({ value: "two" });
    const [first, second] = broker.requests({ api: "Produce" });
    assert.equal(first?.answer?.["throttleTimeMs"], throttleMs);
    assert.equal(second!.atMs - first.atMs >= throttleMs, client.waitsWhenThrottled);
  });

  test(`fullDisk: ${name} succeeds once there is room`, { skip }, async () => {
    await using broker = await start();
    await using producer = await client.producer(broker);
    const fault = broker.fullDisk();
    const sending = producer.send({ value: "one" });
    await until(() => fault.hits > 0);
    fault.remove();
    await broker.advance("2s");
    await sending;
    assert.deepEqual(await valuesOf(broker), ["one"]);
  });

  test(
    `crash: ${name} keeps a record until the broker is back, and nothing acknowledged is lost`,
    { skip },
    async () => {
      await using broker = await start();
      await using producer = await client.producer(broker);
      await producer.send({ value: "one" });
      await broker.crash({ powerCut: true });
      const sending = producer.send({ value: "two" });
      await broker.restart();
      await sending;
      assert.deepEqual(await valuesOf(broker), ["one", "two"]);
    },
  );

  test(`crash: ${name} reads on where it had committed`, { skip }, async () => {
    await using broker = await start();
    await using producer = await client.producer(broker);
    await producer.send({ value: "one" });
    await using reader = await client.consumer(broker, { topic: "orders", groupId: "billing" });
    await until(async () => (await broker.group("billing")).offsets[0]?.lag === 0);
    await broker.crash();
    await broker.restart();
    await producer.send({ value: "two" });
    await until(() => reader.values.includes("two"));
    assert.deepEqual(reader.values, ["one", "two"]);
  });
}
