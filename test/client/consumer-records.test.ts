import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { Consumer, json, Producer, strings } from "../../src/client/index.ts";
import { until } from "../support/processes.ts";
import { builtRdkafkaPerformance } from "../support/rdkafka.ts";
import { kafka, millrace, onEach, type Scene } from "./clusters.ts";

const both = [millrace, kafka];

async function produce({ bootstrapServers, topic }: Scene, count: number): Promise<void> {
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
  await produce(scene, 20);
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
  await produce(scene, 10);
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

const tool = builtRdkafkaPerformance();

onEach(
  tool === null ? [] : both,
  "a member shares a group with one of librdkafka, whoever leads",
  async (scene) => {
    const { admin, bootstrapServers, groupId, topic } = scene;
    await admin.createTopics([{ name: topic, partitions: 4 }]);
    const member = (): Consumer =>
      new Consumer({ bootstrapServers, groupId, topics: [topic], heartbeatIntervalMs: 300 });
    const has = async (consumer: Consumer, count: number): Promise<void> => {
      while (consumer.assignment().length !== count) await consumer.poll(100);
    };
    const first = member();
    await has(first, 4);
    const settings = ["partition.assignment.strategy=cooperative-sticky", "heartbeat.interval.ms=300"];
    const flags = settings.flatMap((setting) => ["-X", setting]);
    const place = ["-G", groupId, "-t", topic, "-b", bootstrapServers];
    const foreign = spawn(tool!, [...place, "-q", ...flags], { stdio: "ignore" });
    try {
      await has(first, 2);
      await first.close();
      await until(
        "the foreign member is alone",
        async () => (await admin.describeGroups([groupId]))[0]!.members.length === 1,
      );
      const second = member();
      await has(second, 2);
      foreign.kill();
      await has(second, 4);
      await second.close();
    } finally {
      foreign.kill("SIGKILL");
    }
  },
);
