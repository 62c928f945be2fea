import { API, createKafkaClient, setLogger, type Client as KafkaTs } from "kafka-ts";
import { until } from "../../support/processes.ts";
import type { Case, Client, World } from "../client.ts";
import {
  javascriptCases,
  staticMemberCase,
  timestampCase,
  type Driver,
  type ReadOptions,
  type Seen,
} from "../javascript-cases.ts";

const silent = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

function connect(world: World): KafkaTs {
  setLogger(silent);
  return createKafkaClient({
    clientId: "conformance",
    bootstrapServers: [{ host: world.broker.host, port: world.broker.port }],
  });
}

function start(from: ReadOptions["from"]): { fromBeginning?: boolean; fromTimestamp?: bigint } {
  if (from === "beginning") return { fromBeginning: true };
  if (from === "end") return { fromBeginning: false };
  return { fromTimestamp: "timestampMs" in from ? BigInt(from.timestampMs) : 0n };
}

function driver(world: World): Driver {
  const kafka = connect(world);
  return {
    async produce(topic, messages) {
      const producer = kafka.createProducer({});
      await producer.send(messages.map((each) => ({ topic, ...each })));
      await producer.close();
    },
    async read(topic, { groupId, from, instanceId }) {
      const seen: Seen[] = [];
      const consumer = await kafka.startConsumer({
        topics: [topic],
        groupId,
        maxWaitMs: 200,
        rebalanceTimeoutMs: 5_000,
        ...(instanceId === undefined ? {} : { groupInstanceId: instanceId }),
        ...start(from),
        onBatch: (batch) => {
          for (const { key, value, partition, offset } of batch) {
            seen.push({ key: String(key), value: String(value), partition, offset: Number(offset) });
          }
        },
      });
      return { seen, close: () => consumer.close() };
    },
  };
}

type Cluster = ReturnType<KafkaTs["createCluster"]>;

async function withCluster(world: World, use: (cluster: Cluster) => Promise<void>): Promise<void> {
  const cluster = connect(world).createCluster();
  await cluster.connect();
  try {
    await use(cluster);
  } finally {
    await cluster.disconnect();
  }
}

const admin: Record<string, Case> = {
  "admin-topics": (world) =>
    withCluster(world, async (cluster) => {
      const name = world.fresh("made");
      const topic = { name, numPartitions: 2, replicationFactor: 1, assignments: [], configs: [] };
      await cluster.sendRequest(API.CREATE_TOPICS, {
        validateOnly: false,
        timeoutMs: 10_000,
        topics: [topic],
      });
      const asked = { allowTopicAutoCreation: false, includeTopicAuthorizedOperations: false };
      await until("it has two partitions", async () => {
        const metadata = await cluster.sendRequest(API.METADATA, { ...asked, topics: [{ id: null, name }] });
        return metadata.topics[0]?.partitions.length === 2;
      });
      await cluster.sendRequest(API.DELETE_TOPICS, { topics: [{ name, topicId: null }], timeoutMs: 10_000 });
    }),
};

export const kafkaTs: Client = {
  name: "kafka-ts",
  prepare: async () => null,
  cases: Object.fromEntries(
    Object.entries({
      ...javascriptCases(driver),
      "consume-timestamp": timestampCase(driver),
      "static-members": staticMemberCase(driver),
      ...admin,
    }).filter(([feature]) => !(feature in lacking())),
  ),
  lacks: lacking(),
};

function lacking(): Record<string, string> {
  const fixed = "its producer has no such option: it always compresses none, acks all, idempotent";
  const raw = "only as raw requests, which the differential test covers";
  return {
    "produce-gzip": fixed,
    "produce-snappy": fixed,
    "produce-lz4": fixed,
    "produce-zstd": fixed,
    "acks-0": fixed,
    "acks-1": fixed,
    "consume-offset": "it seeks by time only",
    "admin-partitions": raw,
    "admin-configs": raw,
    "admin-offsets": raw,
    "admin-delete-records": raw,
    "admin-groups": raw,
    "admin-group-offsets": raw,
    "admin-cluster": raw,
  };
}
