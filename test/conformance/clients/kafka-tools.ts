import assert from "node:assert/strict";
import { cpSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { scratchFolder } from "../../support/project-files.ts";
import { until } from "../../support/processes.ts";
import type { Case, Client, World } from "../client.ts";
import type { JavaDriver } from "../java-driver.ts";

const TOOLS = "org.apache.kafka.tools";

type Tool = (mainClass: string, parameters: readonly string[], input?: string) => Promise<string>;

/** Runs a tool that must end with exit code 0; returns what it printed. */
function toolRunner(java: JavaDriver): Tool {
  return async (mainClass, parameters, input = "") => {
    const isWhole = /^(org|kafka)\./.test(mainClass);
    const result = await java.run(isWhole ? mainClass : `${TOOLS}.${mainClass}`, parameters, { input });
    const what = `${mainClass} ${parameters.join(" ")}`;
    assert.notEqual(result.code, 124, `${what}: not done in time: ${result.output.slice(-200)}`);
    assert.equal(result.code, 0, `${what}: exit code ${result.code}: ${result.output.slice(-300)}`);
    return result.output;
  };
}

const bootstrap = (world: World): string[] => ["--bootstrap-server", world.address];

async function fill(tool: Tool, world: World, topic: string, count = 5): Promise<void> {
  const text = Array.from({ length: count }, (_, index) => `line${index}\n`).join("");
  await tool("ConsoleProducer", [...bootstrap(world), "--topic", topic], text);
}

const fromStart = (world: World, topic: string, count: number): string[] => [
  ...bootstrap(world),
  "--topic",
  topic,
  "--from-beginning",
  "--max-messages",
  String(count),
  "--timeout-ms",
  "15000",
];

function topicTools(tool: Tool): Record<string, Case> {
  return {
    async "kafka-topics"(world) {
      const topics = (...more: string[]): Promise<string> =>
        tool("TopicCommand", [...bootstrap(world), ...more]);
      const topic = world.fresh("tools");
      await topics(
        "--create",
        "--topic",
        topic,
        "--partitions",
        "2",
        "--replication-factor",
        "1",
        "--config",
        "retention.ms=60000",
      );
      assert.match(await topics("--list"), new RegExp(`^${topic}$`, "m"));
      assert.match(await topics("--describe", "--topic", topic), /PartitionCount: 2.*retention\.ms=60000/s);
      assert.match(await topics("--describe"), new RegExp(topic));
      await topics("--alter", "--topic", topic, "--partitions", "3");
      assert.match(await topics("--describe", "--topic", topic), /PartitionCount: 3/);
      await topics("--describe", "--under-replicated-partitions");
      await topics("--delete", "--topic", topic);
      assert.doesNotMatch(await topics("--list"), new RegExp(`^${topic}$`, "m"));
    },
    async "kafka-configs"(world) {
      const topic = await world.topic();
      const entity = ["--entity-type", "topics", "--entity-name", topic];
      const configs = (...more: string[]): Promise<string> =>
        tool("kafka.admin.ConfigCommand", [...bootstrap(world), ...more]);
      await configs(
        "--alter",
        ...entity,
        "--add-config",
        "retention.ms=12345,cleanup.policy=[compact,delete]",
      );
      assert.match(await configs("--describe", ...entity), /retention\.ms=12345/);
      await configs("--alter", ...entity, "--delete-config", "retention.ms");
      assert.match(await configs("--describe", "--all", ...entity), /segment\.bytes=1073741824/);
      assert.match(
        await configs("--describe", "--all", "--entity-type", "brokers", "--entity-name", "1"),
        /log\.dirs=/,
      );
      await configs(
        "--alter",
        "--entity-type",
        "brokers",
        "--entity-name",
        "1",
        "--add-config",
        "log.cleaner.threads=2",
      );
      await configs("--describe", "--entity-type", "brokers", "--entity-default");
      await configs(
        "--alter",
        "--entity-type",
        "brokers",
        "--entity-name",
        "1",
        "--delete-config",
        "log.cleaner.threads",
      );
    },
    async "kafka-get-offsets"(world) {
      const topic = await world.topic();
      await fill(tool, world, topic);
      const at = (...time: string[]): Promise<string> =>
        tool("GetOffsetShell", [...bootstrap(world), "--topic", topic, ...time]);
      assert.match(await at(), new RegExp(`${topic}:0:5`));
      assert.match(await at("--time", "-2"), new RegExp(`${topic}:0:0`));
      assert.match(await at("--time", "-3"), new RegExp(`${topic}:0:\\d`));
      assert.match(await at("--time", "-4"), new RegExp(`${topic}:0:0`));
      await at("--time", "-5");
      assert.match(await at("--time", "1000000000000"), new RegExp(`${topic}:0:0`));
    },
    async "kafka-delete-records"(world) {
      const topic = await world.topic();
      await fill(tool, world, topic);
      const folder = scratchFolder("delete-records");
      const file = join(folder, "offsets.json");
      writeFileSync(file, JSON.stringify({ version: 1, partitions: [{ topic, partition: 0, offset: 3 }] }));
      const output = await tool("DeleteRecordsCommand", [...bootstrap(world), "--offset-json-file", file]);
      rmSync(folder, { recursive: true });
      assert.match(output, /low_watermark: 3/);
    },
    async "kafka-log-dirs"(world) {
      const topic = await world.topic();
      const options = [...bootstrap(world), "--describe", "--topic-list", topic];
      assert.match(await tool("LogDirsCommand", options), new RegExp(`${topic}-0`));
    },
    async "kafka-leader-election"(world) {
      const topic = await world.topic();
      const election = [...bootstrap(world), "--election-type", "preferred"];
      await tool("LeaderElectionCommand", [...election, "--topic", topic, "--partition", "0"]);
      await tool("LeaderElectionCommand", [...election, "--all-topic-partitions"]);
    },
    async "kafka-reassign-partitions"(world) {
      const topic = await world.topic();
      const folder = scratchFolder("reassign");
      const file = join(folder, "plan.json");
      writeFileSync(
        file,
        JSON.stringify({ version: 1, partitions: [{ topic, partition: 0, replicas: [1] }] }),
      );
      const reassign = (...more: string[]): Promise<string> =>
        tool("reassign.ReassignPartitionsCommand", [...bootstrap(world), ...more]);
      assert.match(await reassign("--list"), /No partition reassignments found/);
      await reassign("--execute", "--reassignment-json-file", file);
      assert.match(await reassign("--verify", "--reassignment-json-file", file), /is complete/);
      rmSync(folder, { recursive: true });
    },
  };
}

function recordTools(tool: Tool, java: JavaDriver): Record<string, Case> {
  return {
    async "kafka-console-producer"(world) {
      const topic = await world.topic();
      await fill(tool, world, topic);
      const plain = ["--command-property", "enable.idempotence=false", "--request-required-acks", "1"];
      await tool("ConsoleProducer", [...bootstrap(world), "--topic", topic, ...plain], "another\n");
      assert.equal(await world.recordCount(topic), 6);
    },
    async "kafka-console-consumer"(world) {
      const topic = await world.topic();
      await fill(tool, world, topic);
      const consumer = "consumer.ConsoleConsumer";
      assert.match(await tool(consumer, fromStart(world, topic, 5)), /line0\nline1\nline2\nline3\nline4/);
      assert.match(
        await tool(consumer, [...fromStart(world, topic, 5), "--group", world.fresh("group")]),
        /line4/,
      );
      const part = [
        "--topic",
        topic,
        "--partition",
        "0",
        "--offset",
        "3",
        "--max-messages",
        "2",
        "--timeout-ms",
        "15000",
      ];
      assert.match(await tool(consumer, [...bootstrap(world), ...part]), /line3\nline4/);
    },
    async "kafka-producer-perf-test"(world) {
      const topic = await world.topic(2);
      const load = ["--topic", topic, "--num-records", "2000", "--record-size", "100", "--throughput", "-1"];
      const output = await tool("ProducerPerformance", [
        ...load,
        ...bootstrap(world),
        "--command-property",
        "acks=all",
      ]);
      assert.match(output, /2000 records sent/);
      assert.equal(await world.recordCount(topic, 2), 2_000);
    },
    async "kafka-consumer-perf-test"(world) {
      const topic = await world.topic();
      await fill(tool, world, topic, 200);
      const options = [...bootstrap(world), "--topic", topic, "--num-records", "200", "--timeout", "15000"];
      assert.match(await tool("ConsumerPerformance", options), /, 200, /);
    },
    async "kafka-e2e-latency"(world) {
      const topic = await world.topic();
      const options = [
        ...bootstrap(world),
        "--topic",
        topic,
        "--num-records",
        "50",
        "--producer-acks",
        "1",
        "--record-size",
        "100",
      ];
      assert.match(await tool("EndToEndLatency", options), /Avg latency/);
    },
    async "kafka-verifiable-producer"(world) {
      const topic = await world.topic();
      const parameters = [...bootstrap(world), "--topic", topic, "--max-messages", "20"];
      const { output } = await java.runAlone(`${TOOLS}.VerifiableProducer`, parameters);
      assert.match(output, /"acked":20/);
    },
    async "kafka-verifiable-consumer"(world) {
      const topic = await world.topic();
      await fill(tool, world, topic, 20);
      const options = [
        "--topic",
        topic,
        "--group-id",
        world.fresh("group"),
        "--max-messages",
        "20",
        "--reset-policy",
        "earliest",
      ];
      assert.match(await tool("VerifiableConsumer", [...bootstrap(world), ...options]), /records_consumed/);
    },
  };
}

function groupTools(tool: Tool): Record<string, Case> {
  return {
    async "kafka-consumer-groups"(world) {
      const topic = await world.topic();
      const group = world.fresh("group");
      await fill(tool, world, topic);
      await tool("consumer.ConsoleConsumer", [...fromStart(world, topic, 5), "--group", group]);
      const groups = (...more: string[]): Promise<string> =>
        tool("consumer.group.ConsumerGroupCommand", [...bootstrap(world), ...more]);
      assert.match(await groups("--list"), new RegExp(`^${group}$`, "m"));
      assert.match(await groups("--list", "--state"), new RegExp(`${group}\\s+Empty`));
      assert.match(await groups("--describe", "--group", group), new RegExp(`${topic}\\s+0\\s+5\\s+5\\s+0`));
      await groups("--describe", "--group", group, "--members", "--verbose");
      assert.match(await groups("--describe", "--group", group, "--state"), /Empty/);
      await groups("--describe", "--all-groups");
      const reset = ["--group", group, "--topic", topic, "--reset-offsets"];
      assert.match(await groups(...reset, "--to-earliest", "--execute"), new RegExp(`${topic}\\s+0\\s+0`));
      await groups(...reset, "--to-datetime", "2020-01-01T00:00:00.000", "--dry-run");
      await groups(...reset, "--shift-by", "2", "--execute");
      await groups("--delete-offsets", "--group", group, "--topic", topic);
      await groups("--delete", "--group", group);
      assert.doesNotMatch(await groups("--list"), new RegExp(`^${group}$`, "m"));
    },
    async "kafka-groups"(world) {
      await tool("GroupsCommand", [...bootstrap(world), "--list"]);
    },
  };
}

function clusterTools(tool: Tool): Record<string, Case> {
  return {
    async "kafka-broker-api-versions"(world) {
      assert.match(
        await tool("BrokerApiVersionsCommand", bootstrap(world)),
        /Produce\(0\): .*\[usable: 1[0-9]\]/,
      );
    },
    async "kafka-cluster"(world) {
      assert.match(await tool("ClusterTool", ["cluster-id", ...bootstrap(world)]), /Cluster ID: \S+/);
      assert.match(await tool("ClusterTool", ["list-endpoints", ...bootstrap(world)]), /127\.0\.0\.1/);
    },
    async "kafka-metadata-quorum"(world) {
      const quorum = (...more: string[]): Promise<string> =>
        tool("MetadataQuorumCommand", [...bootstrap(world), "describe", ...more]);
      assert.match(await quorum("--status"), /LeaderId:\s+1/);
      assert.match(await quorum("--replication"), /Leader/);
    },
    async "kafka-features"(world) {
      assert.match(await tool("FeatureCommand", [...bootstrap(world), "describe"]), /metadata\.version/);
    },
  };
}

/** The tools that read files are given what the broker has written so far. */
function fileTools(tool: Tool): Record<string, Case> {
  const logFiles = (world: World, partition: string): string[] => {
    const folder = join(world.broker.dataDirectory, partition);
    // The indexes of a segment that is being written are longer than what is in them.
    const names = readdirSync(folder).filter((name) => name.endsWith(".log"));
    return names.map((name) => join(folder, name));
  };
  return {
    async "kafka-dump-log"(world) {
      const topic = await world.topic();
      await fill(tool, world, topic, 20);
      for (const file of logFiles(world, `${topic}-0`)) {
        const output = await tool("DumpLogSegments", [
          "--print-data-log",
          "--deep-iteration",
          "--files",
          file,
        ]);
        assert.match(output, /line19/);
        assert.doesNotMatch(output, /isvalid: false/i);
      }
    },
    async "kafka-dump-log, offsets"(world) {
      const topic = await world.topic();
      const group = world.fresh("group");
      await fill(tool, world, topic);
      await tool("consumer.ConsoleConsumer", [...fromStart(world, topic, 5), "--group", group]);
      const partitions = readdirSync(world.broker.dataDirectory).filter((name) =>
        name.startsWith("__consumer_offsets-"),
      );
      const files = partitions.flatMap((name) => logFiles(world, name));
      const output = await tool("DumpLogSegments", ["--offsets-decoder", "--files", files.join(",")]);
      assert.match(output, new RegExp(group));
    },
    async "kafka-dump-log, metadata"(world) {
      const topic = await world.topic();
      const files = logFiles(world, "__cluster_metadata-0");
      const output = await tool("DumpLogSegments", [
        "--cluster-metadata-decoder",
        "--files",
        files.join(","),
      ]);
      assert.match(output, new RegExp(`TOPIC_RECORD.*${topic}`));
    },
    async "kafka-storage"(world) {
      const folder = scratchFolder("storage");
      const file = join(folder, "server.properties");
      const { dataDirectory, address } = world.broker;
      writeFileSync(
        file,
        `process.roles=broker,controller\nnode.id=1\nlisteners=PLAINTEXT://${address},CONTROLLER://127.0.0.1:1\ncontroller.listener.names=CONTROLLER\ncontroller.quorum.voters=1@127.0.0.1:1\nlog.dirs=${dataDirectory}\n`,
      );
      const output = await tool("kafka.tools.StorageTool", ["info", "--config", file]);
      rmSync(folder, { recursive: true });
      assert.match(output, /Found log directory/);
      assert.doesNotMatch(output, /Found problem/);
    },
    async "kafka-metadata-shell"(world) {
      const topic = await world.topic();
      const folder = scratchFolder("shell");
      cpSync(join(world.broker.dataDirectory, "__cluster_metadata-0"), join(folder, "__cluster_metadata-0"), {
        recursive: true,
      });
      const file = join(folder, "__cluster_metadata-0", "00000000000000000000.log");
      // The shell answers with what it has read of the log by then, which may be nothing yet.
      const parameters = ["--snapshot", file, "ls", "/image/topics/byName"];
      await until("the shell names the topic", async () => {
        const output = await tool("org.apache.kafka.shell.MetadataShell", parameters);
        return output.includes(topic);
      });
      rmSync(folder, { recursive: true });
    },
  };
}

/** Apache Kafka's command-line tools, as its scripts would run them. */
export function kafkaTools(java: JavaDriver): Client {
  const tool = toolRunner(java);
  return {
    name: "Kafka's tools 4.3.1",
    prepare: () => java.prepare(),
    cases: {
      ...topicTools(tool),
      ...recordTools(tool, java),
      ...groupTools(tool),
      ...clusterTools(tool),
      ...fileTools(tool),
    },
    close: () => java.close(),
  };
}
