import {
  AlterConfigs,
  DescribeConfigs,
  IncrementalAlterConfigs,
} from "../../../src/wire/kafka/messages/index.ts";
import { versionsOf, type Probe, type Section } from "../probe.ts";

const TOPIC = 2;
const BROKER = 4;
const SET = 0;
const DELETE = 1;
const APPEND = 2;
const SUBTRACT = 3;

interface Resource {
  readonly type: number;
  readonly name: string;
  readonly keys?: string[] | null;
}

async function describe(
  probe: Probe,
  title: string,
  resource: Resource,
  { version = 4, synonyms = false, docs = false } = {},
): Promise<void> {
  const { type, name, keys = null } = resource;
  const resources = [{ resourceType: type, resourceName: name, configurationKeys: keys }];
  const request = { resources, includeSynonyms: synonyms, includeDocumentation: docs };
  await probe.ask(title, DescribeConfigs, version, request);
}

const described: ReadonlyArray<readonly [title: string, resource: Resource]> = [
  ["a topic, keys []", { type: TOPIC, name: "d-configs", keys: [] }],
  [
    "a topic, a known and an unknown key",
    { type: TOPIC, name: "d-configs", keys: ["retention.ms", "no.such"] },
  ],
  ["an unknown topic", { type: TOPIC, name: "no-such-topic" }],
  ['topic ""', { type: TOPIC, name: "" }],
  ['topic "a/b"', { type: TOPIC, name: "a/b" }],
  ["the cluster's default", { type: BROKER, name: "" }],
  ["broker 7", { type: BROKER, name: "7" }],
  ["broker abc", { type: BROKER, name: "abc" }],
  ['broker logger ""', { type: 8, name: "" }],
  ["unknown client metrics", { type: 16, name: "nope" }],
  ['client metrics ""', { type: 16, name: "" }],
  ["an unknown group", { type: 32, name: "nope" }],
  ['group ""', { type: 32, name: "" }],
  ["type 0", { type: 0, name: "x" }],
  ["type 3", { type: 3, name: "x" }],
  ["type 99", { type: 99, name: "x" }],
];

type Change = readonly [key: string, operation: number, value: string | null];

async function alter(
  probe: Probe,
  title: string,
  { type = TOPIC, name = "d-configs", changes = [] as readonly Change[], validateOnly = false, version = 1 },
): Promise<void> {
  const configs = changes.map(([key, configOperation, value]) => ({ name: key, configOperation, value }));
  const resources = [{ resourceType: type, resourceName: name, configs }];
  await probe.ask(title, IncrementalAlterConfigs, version, { resources, validateOnly });
}

const topicChanges: ReadonlyArray<readonly [title: string, ...changes: Change[]]> = [
  ["retention.ms=1000", ["retention.ms", SET, "1000"]],
  ["retention.ms=abc", ["retention.ms", SET, "abc"]],
  ["retention.ms=-2", ["retention.ms", SET, "-2"]],
  ["an unknown key", ["no.such", SET, "1"]],
  ["delete an unknown key", ["no.such", DELETE, null]],
  ["a null value", ["retention.ms", SET, null]],
  ["append compact", ["cleanup.policy", APPEND, "compact"]],
  ["subtract delete", ["cleanup.policy", SUBTRACT, "delete"]],
  ["append to what is no list", ["retention.ms", APPEND, "1"]],
  ["operation 9", ["retention.ms", 9, "1"]],
  ["the same key twice", ["retention.ms", SET, "1"], ["retention.ms", SET, "2"]],
  ["no changes"],
  ["min.insync.replicas=1", ["min.insync.replicas", SET, "1"]],
];

const otherChanges: ReadonlyArray<
  readonly [title: string, type: number, name: string, ...changes: Change[]]
> = [
  ["an unknown topic", TOPIC, "no-such-topic", ["retention.ms", SET, "1"]],
  ['topic ""', TOPIC, "", ["retention.ms", SET, "1"]],
  ["broker 1, a read-only key", BROKER, "1", ["log.dirs", SET, "/x"]],
  ["broker 1, a dynamic key", BROKER, "1", ["log.cleaner.threads", SET, "2"]],
  ["broker 1, an invalid value", BROKER, "1", ["log.cleaner.threads", SET, "0"]],
  ["broker 1, delete it", BROKER, "1", ["log.cleaner.threads", DELETE, null]],
  ["the cluster's default, an unknown key", BROKER, "", ["no.such", SET, "1"]],
  ["broker 7", BROKER, "7", ["log.cleaner.threads", SET, "2"]],
  ["broker abc", BROKER, "abc", ["log.cleaner.threads", SET, "2"]],
  ["the cluster's default, a dynamic key", BROKER, "", ["log.retention.ms", SET, "600000000"]],
  ["the cluster's default, delete it", BROKER, "", ["log.retention.ms", DELETE, null]],
  ["type 3", 3, "x", ["a", SET, "1"]],
  ['group ""', 32, "", ["consumer.session.timeout.ms", SET, "46000"]],
  ['client metrics ""', 16, "", ["interval.ms", SET, "1000"]],
];

async function replace(probe: Probe): Promise<void> {
  for (const version of versionsOf(AlterConfigs)) {
    const configs = [{ name: "retention.ms", value: String(70 + version) }];
    const resources = [{ resourceType: TOPIC, resourceName: "d-configs", configs }];
    await probe.ask("replaces all keys", AlterConfigs, version, { resources, validateOnly: false });
    await probe.pause(100); // A change is there once the broker has read it back from the metadata log.
    await describe(probe, "afterwards", { type: TOPIC, name: "d-configs" }, { synonyms: true });
  }
  const unknown = [{ resourceType: TOPIC, resourceName: "no-such-topic", configs: [] }];
  await probe.ask("an unknown topic", AlterConfigs, 2, { resources: unknown, validateOnly: false });
}

export const configs: Section = {
  name: "configs",
  async run(probe) {
    await probe.topic("d-configs");
    for (const version of versionsOf(DescribeConfigs)) {
      const topic = { type: TOPIC, name: "d-configs" };
      await describe(probe, "a topic with synonyms", topic, { version, synonyms: true, docs: true });
      await describe(
        probe,
        "a broker with synonyms",
        { type: BROKER, name: "1" },
        { version, synonyms: true },
      );
    }
    for (const [title, resource] of described) await describe(probe, title, resource);
    const twice = { resourceType: TOPIC, resourceName: "d-configs", configurationKeys: ["retention.ms"] };
    await probe.ask("the same topic twice", DescribeConfigs, 4, { resources: [twice, twice] });
    await probe.ask("no resources", DescribeConfigs, 4, { resources: [] });
    for (const version of versionsOf(IncrementalAlterConfigs)) {
      await alter(probe, "segment.ms", { changes: [["segment.ms", SET, "60000"]], version });
    }
    for (const [title, ...changes] of topicChanges) await alter(probe, title, { changes });
    await alter(probe, "an unknown topic, only validated", {
      name: "no-such-topic",
      changes: [["retention.ms", SET, "1"]],
      validateOnly: true,
    });
    for (const [title, type, name, ...changes] of otherChanges)
      await alter(probe, title, { type, name, changes });
    await probe.pause(100);
    await describe(probe, "the topic afterwards", { type: TOPIC, name: "d-configs" }, { synonyms: true });
    await replace(probe);
  },
};
