import { setTimeout as delay } from "node:timers/promises";
import { CreateTopics, DeleteTopics } from "../../src/wire/kafka/messages/index.ts";
import { residentMb } from "../figures.ts";
import type { Bench, Step } from "../step.ts";

const IDLE_MS = 5_000;
const TOPICS = 1_000;
const ONE_BY_ONE_SECONDS_MAX = 10;

const topicNames = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}-${index}`);

/** Creates topics in one request; seconds until the answer. */
async function create(bench: Bench, names: readonly string[], numPartitions: number): Promise<number> {
  const topics = names.map((name) => ({
    name,
    numPartitions,
    replicationFactor: 1,
    assignments: [],
    configs: [],
  }));
  return bench.connect(async (connection) => {
    const startedAtMs = performance.now();
    const answer = await connection.ask(CreateTopics, 5, { topics, timeoutMs: 120_000 }, 120_000);
    const refused = answer.topics.find((each) => each.errorCode !== 0);
    if (refused !== undefined) throw new Error(`Topic ${refused.name}: error ${refused.errorCode}`);
    return (performance.now() - startedAtMs) / 1_000;
  });
}

async function remove(bench: Bench, topicsToGo: readonly string[]): Promise<void> {
  await bench.connect((connection) =>
    connection.ask(DeleteTopics, 5, { topics: [], topicNames: [...topicsToGo], timeoutMs: 120_000 }, 120_000),
  );
}

/** The first step at each broker: nothing has been loaded yet. */
export const startStep: Step = {
  name: "start",
  brokers: ["kafka", "millrace"],
  async run(bench) {
    await delay(IDLE_MS);
    return { firstMetadataMs: bench.broker.startedAfterMs, idleMb: residentMb(bench.pid) };
  },
};

export const topicSteps: readonly Step[] = [
  {
    name: "create-1000-topics",
    brokers: ["kafka", "millrace"],
    async run(bench) {
      const names = topicNames("many", TOPICS);
      const seconds = await create(bench, names, 1);
      await remove(bench, names);
      return { seconds };
    },
  },
  {
    name: "create-topics-one-by-one",
    brokers: ["kafka", "millrace"],
    async run(bench) {
      const names = topicNames("each", TOPICS);
      const startedAtMs = performance.now();
      let count = 0;
      await bench.connect(async (connection) => {
        for (const name of names) {
          const topic = { name, numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] };
          await connection.ask(CreateTopics, 5, { topics: [topic] });
          count += 1;
          if (performance.now() - startedAtMs > ONE_BY_ONE_SECONDS_MAX * 1_000) break;
        }
      });
      const seconds = (performance.now() - startedAtMs) / 1_000;
      await remove(bench, names.slice(0, count));
      return { topicsPerSecond: count / seconds };
    },
  },
  {
    // The last step: what it creates stays.
    name: "restart-10000-partitions",
    brokers: ["kafka", "millrace"],
    async run(bench) {
      // Kafka takes at most 10,000 metadata records in one request.
      let createSeconds = 0;
      for (let part = 0; part < 10; part += 1) {
        createSeconds += await create(bench, topicNames(`ten-${part}`, TOPICS / 10), 10);
      }
      await delay(2_000);
      const stoppedAtMs = performance.now();
      await bench.broker.stop();
      const stopMs = performance.now() - stoppedAtMs;
      bench.broker = await bench.broker.restart();
      const afterStopMs = bench.broker.startedAfterMs;
      await bench.broker.kill();
      bench.broker = await bench.broker.restart();
      return { createSeconds, stopMs, afterStopMs, afterKillMs: bench.broker.startedAfterMs };
    },
  },
];
