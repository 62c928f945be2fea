import assert from "node:assert/strict";
import { Admin, Consumer, Producer, stringDeserializers, stringSerializers } from "@platformatic/kafka";
import { until } from "../../support/processes.ts";
import type { Case, Client, World } from "../client.ts";
import {
  committedGroup,
  javascriptCases,
  records,
  staticMemberCase,
  type Driver,
  type ReadOptions,
  type Seen,
} from "../javascript-cases.ts";

const RETRIES = { retries: 10, retryDelay: 100 };

function base(world: World): {
  clientId: string;
  bootstrapBrokers: string[];
  retries: number;
  retryDelay: number;
} {
  return { clientId: "conformance", bootstrapBrokers: [world.address], ...RETRIES };
}

function position(topic: string, from: ReadOptions["from"]): object {
  if (from === "beginning") return { mode: "committed", fallbackMode: "earliest" };
  if (from === "end") return { mode: "latest" };
  const offset = "offset" in from ? BigInt(from.offset) : 0n;
  return { mode: "manual", offsets: [{ topic, partition: 0, offset }] };
}

function driver(world: World): Driver {
  return {
    async produce(topic, messages, { codec = "none", acks = -1, idempotent = false }) {
      const producer = new Producer({ ...base(world), serializers: stringSerializers, idempotent });
      try {
        const sent = messages.map((each) => ({ topic, ...each }));
        await producer.send({ messages: sent, acks, compression: codec });
      } finally {
        await producer.close(true);
      }
    },
    async read(topic, { groupId, from, instanceId }) {
      const seen: Seen[] = [];
      const consumer = new Consumer({
        ...base(world),
        groupId,
        deserializers: stringDeserializers,
        heartbeatInterval: 300,
        sessionTimeout: 6_000,
        rebalanceTimeout: 6_000,
        maxWaitTime: 200,
        ...(instanceId === undefined ? {} : { groupInstanceId: instanceId }),
      });
      const stream = await consumer.consume({ topics: [topic], autocommit: 100, ...position(topic, from) });
      stream.on("data", ({ key, value, partition, offset }) => {
        seen.push({ key: String(key), value: String(value), partition, offset: Number(offset) });
      });
      stream.on("error", () => undefined); // What is missing in the end is what counts.
      return {
        seen,
        async close() {
          await stream.close();
          await consumer.close(true);
        },
      };
    },
  };
}

async function withAdmin(world: World, use: (admin: Admin) => Promise<void>): Promise<void> {
  const admin = new Admin(base(world));
  try {
    await use(admin);
  } finally {
    await admin.close();
  }
}

const admin: Record<string, Case> = {
  "admin-topics": (world) =>
    withAdmin(world, async (kafka) => {
      const topic = world.fresh("made");
      const [created] = await kafka.createTopics({ topics: [topic], partitions: 2, replicas: 1 });
      assert.equal(created?.partitions, 2);
      await until("it is listed", async () => (await kafka.listTopics()).includes(topic));
      const metadata = await kafka.metadata({ topics: [topic], forceUpdate: true });
      assert.equal(metadata.topics.get(topic)?.partitionsCount, 2);
      await kafka.deleteTopics({ topics: [topic] });
      await until("it is gone", async () => !(await kafka.listTopics()).includes(topic));
    }),
  "admin-partitions": (world) =>
    withAdmin(world, async (kafka) => {
      const name = await world.topic();
      await kafka.createPartitions({
        topics: [{ name, count: 3, assignments: [{ brokerIds: [1] }, { brokerIds: [1] }] }],
      });
      await until("there are three", async () => {
        const metadata = await kafka.metadata({ topics: [name], forceUpdate: true });
        return metadata.topics.get(name)?.partitionsCount === 3;
      });
    }),
  "admin-configs": (world) =>
    withAdmin(world, async (kafka) => {
      const resource = { resourceType: 2 as const, resourceName: await world.topic() };
      const configs = [{ name: "retention.ms", configOperation: 0 as const, value: "12345" }];
      await kafka.incrementalAlterConfigs({ resources: [{ ...resource, configs }] });
      await until("the value is there", async () => {
        const [described] = await kafka.describeConfigs({
          resources: [{ ...resource, configurationKeys: ["retention.ms"] }],
        });
        return described?.configs[0]?.value === "12345";
      });
    }),
  "admin-offsets": (world) =>
    withAdmin(world, async (kafka) => {
      const name = await world.topic();
      await driver(world).produce(name, records(5), {});
      const list = async (timestamp: bigint): Promise<bigint | undefined> => {
        const [listed] = await kafka.listOffsets({
          topics: [{ name, partitions: [{ partitionIndex: 0, timestamp }] }],
        });
        return listed?.partitions[0]?.offset;
      };
      assert.deepEqual([await list(-2n), await list(-1n)], [0n, 5n]);
    }),
  "admin-delete-records": (world) =>
    withAdmin(world, async (kafka) => {
      const name = await world.topic();
      await driver(world).produce(name, records(5), {});
      const [deleted] = await kafka.deleteRecords({
        topics: [{ name, partitions: [{ partition: 0, offset: 3n }] }],
      });
      assert.equal(deleted?.partitions[0]?.lowWatermark, 3n);
    }),
  "admin-groups": (world) =>
    withAdmin(world, async (kafka) => {
      const groupId = await committedGroup(driver, world, await world.topic());
      assert.ok((await kafka.listGroups()).has(groupId));
      const described = await kafka.describeGroups({ groups: [groupId] });
      assert.equal(String(described.get(groupId)?.state), "Empty");
      await kafka.deleteGroups({ groups: [groupId] });
      assert.ok(!(await kafka.listGroups()).has(groupId));
    }),
  "admin-group-offsets": (world) =>
    withAdmin(world, async (kafka) => {
      const topic = await world.topic();
      const groupId = await committedGroup(driver, world, topic);
      const partitionOffsets = [{ partition: 0, offset: 2n }];
      await kafka.alterConsumerGroupOffsets({ groupId, topics: [{ name: topic, partitionOffsets }] });
      const [listed] = await kafka.listConsumerGroupOffsets({ groups: [groupId] });
      assert.equal(listed?.topics[0]?.partitions[0]?.committedOffset, 2n);
      await kafka.deleteConsumerGroupOffsets({ groupId, topics: [{ name: topic, partitionIndexes: [0] }] });
    }),
  "admin-cluster": (world) =>
    withAdmin(world, async (kafka) => {
      const metadata = await kafka.metadata({ topics: [], forceUpdate: true });
      assert.equal(metadata.brokers.size, 1);
      const topic = await world.topic();
      const [directories] = await kafka.describeLogDirs({ topics: [{ name: topic, partitions: [0] }] });
      assert.equal(directories?.results.length, 1);
    }),
};

const timestampCase: Case = async (world) => {
  const topic = await world.topic();
  await driver(world).produce(topic, records(3, "old"), {});
  await new Promise((resolve) => setTimeout(resolve, 20));
  const betweenMs = Date.now();
  await driver(world).produce(topic, records(2, "new"), {});
  const consumer = new Consumer({ ...base(world), groupId: world.fresh("group") });
  const offsets = await consumer.listOffsets({ topics: [topic], timestamp: BigInt(betweenMs) });
  await consumer.close(true);
  const offset = Number(offsets.get(topic)?.[0]);
  assert.equal(offset, 3);
  const reader = await driver(world).read(topic, { groupId: world.fresh("group"), from: { offset } });
  await until("the new ones are read", () => reader.seen.length >= 2);
  await reader.close();
  assert.deepEqual(
    reader.seen.map((each) => each.value),
    ["new0", "new1"],
  );
};

export const platformatic: Client = {
  name: "@platformatic/kafka",
  prepare: async () => null,
  cases: {
    ...javascriptCases(driver),
    "consume-timestamp": timestampCase,
    "static-members": staticMemberCase(driver),
    ...admin,
  },
};
