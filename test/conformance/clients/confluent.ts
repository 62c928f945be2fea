import assert from "node:assert/strict";
import { confluent, confluentUnavailable } from "../../support/confluent.ts";
import type { ConfluentAdmin, ConfluentKafka } from "../../support/confluent-types.ts";
import { until } from "../../support/processes.ts";
import type { Case, Client, World } from "../client.ts";
import {
  committedGroup,
  javascriptCases,
  records,
  staticMemberCase,
  timestampCase,
  type Driver,
  type ReadOptions,
  type Seen,
} from "../javascript-cases.ts";

function connect(world: World): ConfluentKafka {
  const { Kafka, logLevel } = confluent().KafkaJS;
  return new Kafka({ kafkaJS: { brokers: [world.address], logLevel: logLevel.NOTHING } });
}

/** The offset to start at; the client looks times up in its admin API. */
async function startingOffset(
  world: World,
  topic: string,
  from: ReadOptions["from"],
): Promise<string | null> {
  if (typeof from === "string") return null;
  if ("offset" in from) return String(from.offset);
  return await withAdmin(world, async (kafka) => {
    const [found] = await kafka.fetchTopicOffsetsByTimestamp(topic, from.timestampMs);
    return found?.offset ?? null;
  });
}

function driver(world: World): Driver {
  return {
    async produce(topic, messages, { codec = "none", acks = -1, idempotent = false }) {
      const producer = connect(world).producer({ kafkaJS: { acks, idempotent, compression: codec } });
      await producer.connect();
      await producer.send({ topic, messages: messages.map((each) => ({ ...each })) });
      await producer.disconnect();
    },
    async read(topic, { groupId, from, instanceId }) {
      const seen: Seen[] = [];
      const consumer = connect(world).consumer({
        kafkaJS: {
          groupId,
          fromBeginning: from !== "end",
          autoCommitInterval: 200,
          maxWaitTimeInMs: 200,
          rebalanceTimeout: 6_000,
          sessionTimeout: 6_000,
          heartbeatInterval: 300,
        },
        ...(instanceId === undefined ? {} : { "group.instance.id": instanceId }),
      });
      await consumer.connect();
      await consumer.subscribe({ topics: [topic] });
      const offset = await startingOffset(world, topic, from);
      if (offset !== null) consumer.seek({ topic, partition: 0, offset });
      await consumer.run({
        eachMessage: async ({ partition, message }) => {
          const { key, value, offset: at } = message;
          seen.push({ key: String(key), value: String(value), partition, offset: Number(at) });
        },
      });
      await until("it has its partitions", () => consumer.assignment().length > 0);
      return { seen, close: () => consumer.disconnect() };
    },
  };
}

async function withAdmin<T>(world: World, use: (admin: ConfluentAdmin) => Promise<T>): Promise<T> {
  const admin = connect(world).admin();
  await admin.connect();
  try {
    return await use(admin);
  } finally {
    await admin.disconnect();
  }
}

const admin: Record<string, Case> = {
  "admin-topics": (world) =>
    withAdmin(world, async (kafka) => {
      const topic = world.fresh("made");
      assert.equal(await kafka.createTopics({ topics: [{ topic, numPartitions: 2 }] }), true);
      await until("it is listed", async () => (await kafka.listTopics()).includes(topic));
      const [described] = await kafka.fetchTopicMetadata({ topics: [topic] });
      assert.equal(described?.partitions.length, 2);
      await kafka.deleteTopics({ topics: [topic] });
      await until("it is gone", async () => !(await kafka.listTopics()).includes(topic));
    }),
  "admin-offsets": (world) =>
    withAdmin(world, async (kafka) => {
      const topic = await world.topic();
      await driver(world).produce(topic, records(5), {});
      const [offsets] = await kafka.fetchTopicOffsets(topic);
      assert.deepEqual([offsets?.low, offsets?.high], ["0", "5"]);
    }),
  "admin-delete-records": (world) =>
    withAdmin(world, async (kafka) => {
      const topic = await world.topic();
      await driver(world).produce(topic, records(5), {});
      await kafka.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: "3" }] });
      const [offsets] = await kafka.fetchTopicOffsets(topic);
      assert.equal(offsets?.low, "3");
    }),
  "admin-groups": (world) =>
    withAdmin(world, async (kafka) => {
      const groupId = await committedGroup(driver, world, await world.topic());
      assert.ok((await kafka.listGroups()).groups.some((each) => each.groupId === groupId));
      const { groups } = await kafka.describeGroups([groupId]);
      assert.deepEqual([groups[0]?.groupId, groups[0]?.members.length], [groupId, 0]);
      await kafka.deleteGroups([groupId]);
      assert.ok(!(await kafka.listGroups()).groups.some((each) => each.groupId === groupId));
    }),
  "admin-group-offsets": (world) =>
    withAdmin(world, async (kafka) => {
      const topic = await world.topic();
      const groupId = await committedGroup(driver, world, topic);
      const [fetched] = await kafka.fetchOffsets({ groupId, topics: [topic] });
      assert.equal(fetched?.partitions[0]?.offset, "5");
    }),
};

const lacking = {
  "produce-zstd": "built here without zstd, which would be the machine's",
  "admin-partitions": "not in its admin API",
  "admin-configs": "not in its admin API",
  "admin-cluster": "not in its admin API",
};

/** The cases use its API with promises; what they lack of it stands in `lacking`. */
export const confluentClient: Client = {
  name: "Confluent's client",
  prepare: async () => confluentUnavailable(),
  cases: Object.fromEntries(
    Object.entries({
      ...javascriptCases(driver),
      "consume-timestamp": timestampCase(driver),
      "static-members": staticMemberCase(driver),
      ...admin,
    }).filter(([feature]) => !(feature in lacking)),
  ),
  lacks: lacking,
};
