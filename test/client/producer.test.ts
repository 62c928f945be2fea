import assert from "node:assert/strict";
import { test } from "node:test";
import { Consumer, int64, json, Producer, strings } from "../../src/client/index.ts";
import { startMillrace } from "../../src/testing/index.ts";
import { kafka, millrace, onEach } from "./clusters.ts";
import { numbers, take } from "./reading.ts";

const both = [millrace, kafka];
const TEXT = "some text that compresses well ".repeat(20);

for (const compression of ["none", "gzip", "snappy", "lz4", "zstd"] as const) {
  onEach(both, `${compression}: what goes in comes out`, async ({ bootstrapServers, admin, topic }) => {
    await admin.createTopics([topic]);
    await using producer = new Producer({ bootstrapServers, compression });
    const values = numbers(50).map((number) => `${TEXT}${number}`);
    const headers = [{ key: "h", value: Buffer.from("v") }];
    const sent = await Promise.all(
      values.map((value, index) =>
        producer.send({ topic, key: `k${index}`, value, headers, timestamp: 1_000 + index }),
      ),
    );
    assert.deepEqual(
      sent.map(({ offset }) => offset),
      numbers(50),
    );
    if (compression !== "none")
      assert.ok(producer.metrics.bytesSent < 10_000, `${producer.metrics.bytesSent} bytes`);
    await using consumer = new Consumer({ bootstrapServers, keyDeserializer: strings.deserialize });
    consumer.assign([{ topic, partition: 0, offset: 0 }]);
    const records = await take(consumer, 50);
    assert.deepEqual(
      records.map(({ key, value, timestamp }) => [key, String(value), timestamp]),
      values.map((value, index) => [`k${index}`, value, 1_000 + index]),
    );
    assert.deepEqual(
      records[7]!.headers.map(({ key, value }) => [String(key), String(value)]),
      [["h", "v"]],
    );
  });
}

for (const acks of [0, 1, "all"] as const) {
  onEach(
    both,
    `acks=${acks}: records are stored in their order`,
    async ({ bootstrapServers, admin, topic }) => {
      await admin.createTopics([topic]);
      await using producer = new Producer({
        bootstrapServers,
        acks,
        isIdempotent: false,
        batchSizeBytes: 200,
      });
      await Promise.all(numbers(100).map((number) => producer.send({ topic, value: String(number) })));
      await using consumer = new Consumer({ bootstrapServers, valueDeserializer: strings.deserialize });
      consumer.assign([{ topic, partition: 0, offset: 0 }]);
      assert.deepEqual(
        (await take(consumer, 100)).map(({ value }) => Number(value)),
        numbers(100),
      );
    },
  );
}

onEach(
  both,
  "types go through their serializers, and null through none",
  async ({ bootstrapServers, admin, topic }) => {
    await admin.createTopics([topic]);
    interface Order {
      readonly count: number;
    }
    const orders = json<Order>();
    await using producer = new Producer<bigint, Order | null>({
      bootstrapServers,
      keySerializer: int64.serialize,
      valueSerializer: orders.serialize,
    });
    await producer.send({ topic, key: 2n ** 60n, value: { count: 2 } });
    await producer.send({ topic, key: 7n, value: null });
    await using consumer = new Consumer({
      bootstrapServers,
      keyDeserializer: int64.deserialize,
      valueDeserializer: orders.deserialize,
    });
    consumer.assign([{ topic, partition: 0, offset: 0 }]);
    const [order, tombstone] = await take(consumer, 2);
    assert.deepEqual([order!.key, order!.value?.count], [2n ** 60n, 2]);
    assert.deepEqual([tombstone!.key, tombstone!.value], [7n, null]);
  },
);

onEach(
  both,
  "what the broker refuses is refused by Kafka's name for it",
  async ({ bootstrapServers, admin, topic }) => {
    await admin.createTopics([{ name: topic, configs: { "max.message.bytes": "1000" } }]);
    await using producer = new Producer({ bootstrapServers });
    const large = producer.send({ topic, value: Buffer.alloc(5_000) });
    await assert.rejects(large, { name: "KafkaError", code: "MESSAGE_TOO_LARGE" });
    const nowhere = producer.send({ topic: "not/a/topic", value: "x" });
    await assert.rejects(nowhere, { code: "INVALID_TOPIC_EXCEPTION" });
    assert.equal((await producer.send({ topic, value: "fits" })).offset, 0);
  },
);

onEach(both, "several share one set of connections", async ({ admin, topic }) => {
  const { client } = admin;
  await admin.createTopics([topic]);
  const producer = new Producer({ client });
  await producer.send({ topic, value: "x" });
  const consumer = new Consumer({ client });
  consumer.assign([{ topic, partition: 0, offset: 0 }]);
  assert.equal((await take(consumer, 1)).length, 1);
  await producer.close();
  await consumer.close();
  assert.deepEqual(
    (await admin.listOffsets([{ topic, partition: 0, at: "latest" }])).map(({ offset }) => offset),
    [1],
  );
});

test("an answer that is lost doubles nothing, and the records stay in their order", async () => {
  await using broker = await startMillrace({ topics: ["t"] });
  await using producer = new Producer({
    bootstrapServers: broker.bootstrapServers,
    batchSizeBytes: 100,
    requestTimeoutMs: 500,
  });
  await producer.send({ topic: "t", value: "first" });
  const fault = broker.loseAnswer("Produce", { times: 2 });
  await Promise.all(numbers(40).map((number) => producer.send({ topic: "t", value: String(number) })));
  assert.equal(fault.hits, 2);
  assert.ok(producer.metrics.retries > 0);
  const values = (await broker.records("t")).map(({ value }) => value);
  assert.deepEqual(values, ["first", ...numbers(40).map(String)]);
});

test("a crash of the broker loses nothing that was sent, and doubles nothing", async () => {
  await using broker = await startMillrace({ topics: ["t"] });
  await using producer = new Producer({ bootstrapServers: broker.bootstrapServers });
  await producer.send({ topic: "t", value: "first" });
  const sending = numbers(50).map((number) => producer.send({ topic: "t", value: String(number) }));
  await broker.crash({ powerCut: true });
  await broker.restart();
  await Promise.all(sending);
  const values = (await broker.records("t")).map(({ value }) => value);
  assert.deepEqual(values, ["first", ...numbers(50).map(String)]);
});
