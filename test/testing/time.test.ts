import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { startMillrace } from "../../src/testing/index.ts";
import { consumerOf, kafkajs, producerOf, send, until } from "./clients.ts";

test("what kafkajs produced is gone a week and some later, when retention is due", async () => {
  const retention = { "retention.ms": 7 * 86_400_000, "segment.ms": 86_400_000 };
  await using broker = await startMillrace({ topics: [{ name: "orders", config: retention }] });
  await using producer = await producerOf(broker);
  await send(producer, "orders", "old");
  await broker.advance("2d");
  const timestamp = String(broker.now());
  await producer.send({ topic: "orders", messages: [{ value: "young", timestamp }] });
  await broker.advance("6d");
  assert.deepEqual(
    (await broker.records("orders")).map(({ value }) => value),
    ["young"],
  );
});

test("a kafkajs consumer whose session is jumped over is put out, and joins again", async () => {
  await using broker = await startMillrace({ topics: ["orders"] });
  await using reader = await consumerOf(broker, { topic: "orders", groupId: "billing" });
  await until(() => broker.requests({ api: "SyncGroup" }).some(({ outcome }) => outcome === "answered"));
  const before = broker.requests({ api: "JoinGroup" }).length;
  await broker.advance("1m");
  await until(() => broker.requests({ api: "JoinGroup" }).length > before);
  await using producer = await producerOf(broker);
  await send(producer, "orders", "after");
  await until(() => reader.values.includes("after"));
});

test("what a kafkajs consumer has committed expires when its group stays away", async () => {
  await using broker = await startMillrace({ topics: ["orders"] });
  await using producer = await producerOf(broker);
  await send(producer, "orders", "one");
  {
    await using reader = await consumerOf(broker, { topic: "orders", groupId: "billing" });
    await until(() => broker.requests({ api: "OffsetCommit" }).some(({ outcome }) => outcome === "answered"));
    assert.deepEqual(reader.values, ["one"]);
  }
  const admin = kafkajs(broker).admin();
  await admin.connect();
  const committed = async (): Promise<string | undefined> => {
    const [topic] = await admin.fetchOffsets({ groupId: "billing", topics: ["orders"] });
    return topic?.partitions[0]?.offset;
  };
  assert.equal(await committed(), "1");
  await broker.advance("8d");
  assert.equal(await committed(), "-1");
  await admin.disconnect();
});

test("the broker's time moves on beside fake timers, which stay where they are", async () => {
  mock.timers.enable({ apis: ["Date", "setTimeout", "setInterval", "setImmediate"], now: 0 });
  try {
    await using broker = await startMillrace({ topics: ["orders"] });
    const before = broker.now();
    await broker.advance("1d");
    assert.ok(broker.now() - before >= 86_400_000);
    assert.equal(Date.now(), 0);
  } finally {
    mock.timers.reset();
  }
});
