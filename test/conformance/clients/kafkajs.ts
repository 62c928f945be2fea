import assert from "node:assert/strict";
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import kafkajs from "kafkajs";
import { compressFrameSync, decompressFrameSync } from "lz4-napi";
import snappy from "snappy";
import { until } from "../../support/processes.ts";
import type { Case, Client, World } from "../client.ts";
import type { Codec } from "../features.ts";
import { committedGroup, javascriptCases, records, type Driver, type Seen } from "../javascript-cases.ts";

const { CompressionCodecs, CompressionTypes, ConfigResourceTypes, Kafka, logLevel } = kafkajs;

/* kafkajs brings gzip; the other codecs are plugged in by its users, as here. */
interface Encoder {
  readonly buffer: Buffer;
}
const plug = (compress: (plain: Buffer) => Buffer, decompress: (packed: Buffer) => Buffer) => () => ({
  compress: async (encoder: Encoder): Promise<Buffer> => compress(encoder.buffer),
  decompress: async (packed: Buffer): Promise<Buffer> => decompress(packed),
});
CompressionCodecs[CompressionTypes.Snappy] = plug(
  (plain) => snappy.compressSync(plain),
  (packed) => Buffer.from(snappy.uncompressSync(packed)),
);
CompressionCodecs[CompressionTypes.LZ4] = plug(compressFrameSync, decompressFrameSync);
CompressionCodecs[CompressionTypes.ZSTD] = plug(zstdCompressSync, zstdDecompressSync);

const types: Readonly<Record<Codec, kafkajs.CompressionTypes>> = {
  none: CompressionTypes.None,
  gzip: CompressionTypes.GZIP,
  snappy: CompressionTypes.Snappy,
  lz4: CompressionTypes.LZ4,
  zstd: CompressionTypes.ZSTD,
};

function connect(world: World): kafkajs.Kafka {
  return new Kafka({
    brokers: [world.address],
    logLevel: logLevel.NOTHING,
    retry: { retries: 6, initialRetryTime: 50 },
  });
}

function driver(world: World): Driver {
  const kafka = connect(world);
  return {
    async produce(topic, messages, { codec = "none", acks = -1, idempotent = false }) {
      const producer = kafka.producer({
        idempotent,
        createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
        ...(idempotent ? { maxInFlightRequests: 1 } : {}),
      });
      await producer.connect();
      await producer.send({ topic, messages: [...messages], acks, compression: types[codec] });
      await producer.disconnect();
    },
    async read(topic, { groupId, from }) {
      const seen: Seen[] = [];
      const times = { rebalanceTimeout: 3_000, heartbeatInterval: 300, maxWaitTimeInMs: 200 };
      const consumer = kafka.consumer({ groupId, ...times });
      const joined = new Promise<void>((resolve) => {
        consumer.on(consumer.events.GROUP_JOIN, () => resolve());
      });
      await consumer.connect();
      await consumer.subscribe({ topic, fromBeginning: from !== "end" });
      await consumer.run({
        autoCommitInterval: 200,
        eachMessage: async ({ partition, message }) => {
          const { key, value, offset } = message;
          seen.push({ key: String(key), value: String(value), partition, offset: Number(offset) });
        },
      });
      if (typeof from === "object" && "offset" in from) {
        consumer.seek({ topic, partition: 0, offset: String(from.offset) });
      }
      await joined;
      return { seen, close: () => consumer.disconnect() };
    },
  };
}

async function withAdmin(world: World, use: (admin: kafkajs.Admin) => Promise<void>): Promise<void> {
  const admin = connect(world).admin();
  await admin.connect();
  try {
    await use(admin);
  } finally {
    await admin.disconnect();
  }
}

const admin: Record<string, Case> = {
  "admin-topics": (world) =>
    withAdmin(world, async (kafka) => {
      const topic = world.fresh("made");
      assert.equal(await kafka.createTopics({ topics: [{ topic, numPartitions: 2 }] }), true);
      assert.ok((await kafka.listTopics()).includes(topic));
      const { topics } = await kafka.fetchTopicMetadata({ topics: [topic] });
      assert.equal(topics[0]?.partitions.length, 2);
      await kafka.deleteTopics({ topics: [topic] });
      await until("it is gone", async () => !(await kafka.listTopics()).includes(topic));
    }),
  "admin-partitions": (world) =>
    withAdmin(world, async (kafka) => {
      const topic = await world.topic();
      await kafka.createPartitions({ topicPartitions: [{ topic, count: 3 }] });
      await until("there are three", async () => {
        const { topics } = await kafka.fetchTopicMetadata({ topics: [topic] });
        return topics[0]?.partitions.length === 3;
      });
    }),
  "admin-configs": (world) =>
    withAdmin(world, async (kafka) => {
      const name = await world.topic();
      const configEntries = [{ name: "retention.ms", value: "12345" }];
      const type = ConfigResourceTypes.TOPIC;
      await kafka.alterConfigs({ validateOnly: false, resources: [{ type, name, configEntries }] });
      await until("the value is there", async () => {
        const described = await kafka.describeConfigs({ includeSynonyms: true, resources: [{ type, name }] });
        const entries = described.resources[0]?.configEntries ?? [];
        return entries.find((each) => each.configName === "retention.ms")?.configValue === "12345";
      });
    }),
  "admin-offsets": (world) =>
    withAdmin(world, async (kafka) => {
      const topic = await world.topic();
      await driver(world).produce(topic, records(5), {});
      const [offsets] = await kafka.fetchTopicOffsets(topic);
      assert.deepEqual([offsets?.low, offsets?.high], ["0", "5"]);
      const [later] = await kafka.fetchTopicOffsetsByTimestamp(topic, Date.now() + 60_000);
      assert.equal(later?.offset, "5");
    }),
  "admin-delete-records": (world) =>
    withAdmin(world, async (kafka) => {
      const topic = await world.topic();
      await driver(world).produce(topic, records(5), {});
      await kafka.fetchTopicOffsets(topic); // It wants to know the topic beforehand.
      await kafka.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: "3" }] });
      const [offsets] = await kafka.fetchTopicOffsets(topic);
      assert.equal(offsets?.low, "3");
    }),
  "admin-groups": (world) =>
    withAdmin(world, async (kafka) => {
      const groupId = await committedGroup(driver, world, await world.topic());
      assert.ok((await kafka.listGroups()).groups.some((each) => each.groupId === groupId));
      const { groups } = await kafka.describeGroups([groupId]);
      assert.equal(groups[0]?.state, "Empty");
      await kafka.deleteGroups([groupId]);
      assert.ok(!(await kafka.listGroups()).groups.some((each) => each.groupId === groupId));
    }),
  "admin-group-offsets": (world) =>
    withAdmin(world, async (kafka) => {
      const topic = await world.topic();
      const groupId = await committedGroup(driver, world, topic);
      await kafka.setOffsets({ groupId, topic, partitions: [{ partition: 0, offset: "2" }] });
      const [fetched] = await kafka.fetchOffsets({ groupId, topics: [topic] });
      assert.equal(fetched?.partitions[0]?.offset, "2");
    }),
  "admin-cluster": (world) =>
    withAdmin(world, async (kafka) => {
      const cluster = await kafka.describeCluster();
      assert.equal(cluster.brokers.length, 1);
      assert.equal(cluster.controller, 1);
      assert.ok(cluster.clusterId.length > 0);
    }),
};

export const kafkajsClient: Client = {
  name: "kafkajs",
  prepare: async () => null,
  cases: { ...javascriptCases(driver), ...admin },
  lacks: {
    "consume-timestamp": "kafkajs looks a time up in its admin API only (see list offsets)",
    "static-members": "kafkajs has no static members",
  },
};
