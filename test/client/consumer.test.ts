import assert from "node:assert/strict";
import { Kafka, logLevel } from "kafkajs";
import { Consumer, json, Producer, strings } from "../../src/client/index.ts";
import { until } from "../support/processes.ts";
import { kafka, millrace, onEach, type Scene } from "./clusters.ts";
import { numbers, take } from "./reading.ts";

const both = [millrace, kafka];
const valueDeserializer = strings.deserialize;

async function sendNumbers({ bootstrapServers, topic }: Scene, count: number): Promise<void> {
  await using producer = new Producer({ bootstrapServers });
  await Promise.all(numbers(count).map((number) => producer.send({ topic, value: String(number) })));
}

onEach(both, "a group goes on where it was, and what was not worked through comes again", async (scene) => {
  const { bootstrapServers, admin, topic, groupId } = scene;
  await admin.createTopics([topic]);
  await sendNumbers(scene, 10);
  const options = { bootstrapServers, groupId, topics: [topic], valueDeserializer };
  const read = async (count: number): Promise<(string | null)[]> => {
    await using consumer = new Consumer(options);
    return (await take(consumer, count)).map(({ value }) => value);
  };
  assert.deepEqual(await read(4), ["0", "1", "2", "3"]);
  const [offset] = await admin.groupOffsets(groupId);
  assert.deepEqual(offset, { topic, partition: 0, offset: 3, endOffset: 10, lag: 7 });
  assert.deepEqual(await read(3), ["3", "4", "5"]);
  const [group] = await admin.describeGroups([groupId]);
  assert.deepEqual([group!.state, group!.members], ["Empty", []]);
});

onEach(both, "a consumer seeks, pauses and looks up times", async (scene) => {
  const { bootstrapServers, admin, topic } = scene;
  await admin.createTopics([topic]);
  await sendNumbers(scene, 10);
  const place = { topic, partition: 0 };
  await using consumer = new Consumer({ bootstrapServers, valueDeserializer });
  consumer.assign([{ ...place, offset: 8 }]);
  assert.deepEqual(
    (await take(consumer, 2)).map(({ value }) => value),
    ["8", "9"],
  );
  consumer.seek({ ...place, offset: 5 });
  assert.deepEqual(
    (await take(consumer, 1)).map(({ value }) => value),
    ["5"],
  );
  await consumer.seekToBeginning([place]);
  const batches = consumer.batches();
  const { value: batch } = await batches.next();
  assert.equal(batch![0]!.value, "0");
  await batches.return?.();
  const [latest] = await admin.listOffsets([{ ...place, at: "latest" }]);
  assert.equal(latest!.offset, 10);
});

onEach(both, "commits are kept to those that the program makes when it wants so", async (scene) => {
  const { bootstrapServers, admin, topic, groupId } = scene;
  await admin.createTopics([topic]);
  await sendNumbers(scene, 5);
  await using consumer = new Consumer({ bootstrapServers, groupId, topics: topic, autoCommit: false });
  for await (const record of consumer) {
    if (record.offset === 2) await consumer.commit(record);
    if (record.offset === 4) break;
  }
  assert.deepEqual(
    (await admin.groupOffsets(groupId)).map(({ offset }) => offset),
    [3],
  );
});

onEach([kafka], "records of aborted transactions are not handed over with read_committed", async (scene) => {
  const { bootstrapServers, admin, topic } = scene;
  await admin.createTopics([topic]);
  const kafkajs = new Kafka({ brokers: [bootstrapServers], logLevel: logLevel.NOTHING });
  const producer = kafkajs.producer({ transactionalId: topic, maxInFlightRequests: 1, idempotent: true });
  await producer.connect();
  const sendAs = async (fate: "commit" | "abort", ...values: string[]): Promise<void> => {
    const transaction = await producer.transaction();
    await transaction.send({ topic, messages: values.map((value) => ({ value })) });
    await transaction[fate]();
  };
  await sendAs("commit", "a", "b");
  await sendAs("abort", "lost", "lost too");
  await sendAs("commit", "c");
  await producer.disconnect();
  const read = async (
    isolationLevel: "read_committed" | "read_uncommitted",
    count: number,
  ): Promise<unknown> => {
    await using consumer = new Consumer({ bootstrapServers, isolationLevel, valueDeserializer });
    consumer.assign([{ topic, partition: 0, offset: 0 }]);
    return (await take(consumer, count)).map(({ value }) => value);
  };
  assert.deepEqual(await read("read_committed", 3), ["a", "b", "c"]);
  assert.deepEqual(await read("read_uncommitted", 5), ["a", "b", "lost", "lost too", "c"]);
});

onEach(both, "topics that match an expression are read, also those that come later", async (scene) => {
  const { bootstrapServers, admin, topic, groupId } = scene;
  await admin.createTopics([`${topic}-a`]);
  const stop = new AbortController();
  await using consumer = new Consumer({
    bootstrapServers,
    groupId,
    topics: new RegExp(`${topic}-.*`),
    metadataMaxAgeMs: 500,
    valueDeserializer,
    signal: stop.signal,
  });
  const seen: string[] = [];
  const reading = (async () => {
    for await (const { topic: name } of consumer) seen.push(name);
  })();
  await using producer = new Producer({ bootstrapServers });
  await producer.send({ topic: `${topic}-a`, value: "x" });
  await until("the first topic is read", () => seen.length === 1);
  await admin.createTopics([`${topic}-b`]);
  await producer.send({ topic: `${topic}-b`, value: "y" });
  await until("the second topic is read", () => seen.length === 2);
  assert.deepEqual(seen, [`${topic}-a`, `${topic}-b`]);
  stop.abort();
  await reading;
});

async function sendKeyed({ bootstrapServers, topic }: Scene, count: number): Promise<void> {
  const producer = new Producer({ bootstrapServers });
  const sends = Array.from({ length: count }, (_, number) =>
    producer.send({ topic, key: `key ${number}`, value: JSON.stringify({ number }) }),
  );
  await Promise.all(sends);
  await producer.close();
}

onEach(both, "a group goes on after the last record that was worked through", async (scene) => {
  const { admin, bootstrapServers, groupId, topic } = scene;
  await admin.createTopics([{ name: topic, partitions: 1 }]);
  await sendKeyed(scene, 20);
  const read = async (last: number): Promise<number[]> => {
    const consumer = new Consumer({
      bootstrapServers,
      groupId,
      topics: [topic],
      keyDeserializer: strings.deserialize,
      valueDeserializer: json<{ number: number }>().deserialize,
    });
    const seen: number[] = [];
    for await (const { key, value } of consumer) {
      assert.equal(key, `key ${value!.number}`);
      seen.push(value!.number);
      if (value!.number === last) break;
    }
    await consumer.close();
    return seen;
  };
  assert.equal((await read(9)).length, 10);
  const rest = await read(19);
  assert.deepEqual([rest[0], rest.length], [9, 11], "the one at which the loop was left is read again");
});

onEach(both, "positions are sought and looked up", async (scene) => {
  const { admin, bootstrapServers, topic } = scene;
  await admin.createTopics([{ name: topic, partitions: 1 }]);
  await sendKeyed(scene, 10);
  await using consumer = new Consumer({ bootstrapServers, isolationLevel: "read_committed" });
  const place = { topic, partition: 0 };
  consumer.assign([{ ...place, offset: 4 }]);
  assert.equal((await consumer.poll())[0]!.offset, 4);
  await consumer.seekToBeginning();
  assert.equal((await consumer.poll())[0]!.offset, 0);
  await consumer.seekToEnd();
  assert.deepEqual(await consumer.poll(200), []);
  assert.equal(consumer.position(place), 10);
});
