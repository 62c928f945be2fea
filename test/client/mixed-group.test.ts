import { spawn } from "node:child_process";
import { Consumer } from "../../src/client/index.ts";
import { until } from "../support/processes.ts";
import { builtRdkafkaPerformance } from "../support/rdkafka.ts";
import { kafka, millrace, onEach } from "./clusters.ts";

const tool = builtRdkafkaPerformance();

onEach(
  tool === null ? [] : [millrace, kafka],
  "a member shares a group with one of librdkafka, whoever leads",
  async ({ admin, bootstrapServers, groupId, topic }) => {
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
