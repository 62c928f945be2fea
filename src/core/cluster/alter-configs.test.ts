import assert from "node:assert/strict";
import test from "node:test";
import { millraceKeys } from "../../tables/config-keys/millrace-keys.ts";
import { decideConfigOperations, OPERATION, replacement, type ConfigOperation } from "./alter-configs.ts";
import { RESOURCE_TYPE } from "./config-resource.ts";
import { describeConfigs } from "./describe-configs.ts";
import { ExampleCluster } from "../../../test/support/example-cluster.ts";

const { topic, broker, clientMetrics, group } = RESOURCE_TYPE;

function set(name: string, value: string | null): ConfigOperation {
  return { name, operation: OPERATION.set, value };
}

function alter(
  cluster: ExampleCluster,
  resource: readonly [type: number, name: string],
  ...operations: ConfigOperation[]
): string {
  const change = { resource: { type: resource[0], name: resource[1] }, operations };
  const results = cluster.decide((context) =>
    decideConfigOperations(context, [change], { validateOnly: false }),
  );
  const isSilent = ["NONE", "UNKNOWN_SERVER_ERROR"].includes(results[0]!.error);
  assert.equal(results[0]!.message === null, isSilent);
  return results[0]!.error;
}

function cluster(): ExampleCluster {
  const example = new ExampleCluster();
  example.addTopic("t");
  return example;
}

const remove = (name: string): ConfigOperation => ({ name, operation: OPERATION.delete, value: null });

const answers: readonly [
  claim: string,
  resource: readonly [number, string],
  operations: ConfigOperation[],
  error: string,
][] = [
  ["set retention.ms", [topic, "t"], [set("retention.ms", "1000")], "NONE"],
  ["set retention.ms=abc", [topic, "t"], [set("retention.ms", "abc")], "INVALID_CONFIG"],
  ["set retention.ms=-2", [topic, "t"], [set("retention.ms", "-2")], "INVALID_CONFIG"],
  ["set an unknown key", [topic, "t"], [set("no.such", "1")], "INVALID_CONFIG"],
  ["delete an unknown key", [topic, "t"], [remove("no.such")], "NONE"],
  ["set null", [topic, "t"], [set("retention.ms", null)], "INVALID_REQUEST"],
  [
    "append to no list",
    [topic, "t"],
    [{ name: "retention.ms", operation: OPERATION.append, value: "1" }],
    "INVALID_CONFIG",
  ],
  ["operation 9", [topic, "t"], [{ name: "retention.ms", operation: 9, value: "1" }], "UNKNOWN_SERVER_ERROR"],
  [
    "the same key twice",
    [topic, "t"],
    [set("retention.ms", "1"), set("retention.ms", "2")],
    "INVALID_REQUEST",
  ],
  ["an unknown topic", [topic, "nope"], [set("retention.ms", "1")], "UNKNOWN_TOPIC_OR_PARTITION"],
  ["an empty topic name", [topic, ""], [set("retention.ms", "1")], "INVALID_REQUEST"],
  ["a read-only broker key", [broker, "1"], [set("log.dirs", "/x")], "INVALID_REQUEST"],
  ["a dynamic broker key", [broker, "1"], [set("log.cleaner.threads", "2")], "NONE"],
  ["an unknown broker key", [broker, ""], [set("no.such", "1")], "NONE"],
  ["a broker that is not there", [broker, "7"], [set("log.cleaner.threads", "2")], "INVALID_REQUEST"],
  ["a broker that is no number", [broker, "abc"], [set("log.cleaner.threads", "2")], "INVALID_REQUEST"],
  ["no cleaner thread", [broker, "1"], [set("log.cleaner.threads", "0")], "INVALID_REQUEST"],
  ["delete a broker key", [broker, "1"], [remove("log.cleaner.threads")], "NONE"],
  ["a subscription", [clientMetrics, "m"], [set("interval.ms", "1000")], "NONE"],
  ["a subscription's interval of 1", [clientMetrics, "m"], [set("interval.ms", "1")], "INVALID_REQUEST"],
  ["an unknown subscription key", [clientMetrics, "m"], [set("no.such", "1")], "INVALID_REQUEST"],
  ["a subscription without name", [clientMetrics, ""], [set("interval.ms", "1000")], "INVALID_REQUEST"],
  ["a group", [group, "g"], [set("consumer.session.timeout.ms", "46000")], "NONE"],
  ["a group below its limit", [group, "g"], [set("consumer.session.timeout.ms", "1")], "INVALID_CONFIG"],
  ["an unknown group key", [group, "g"], [set("no.such", "1")], "INVALID_CONFIG"],
  ["a group without name", [group, ""], [set("consumer.session.timeout.ms", "46000")], "INVALID_REQUEST"],
  ["a resource of type 3", [3, "x"], [set("a", "1")], "INVALID_REQUEST"],
  ["nothing", [topic, "t"], [], "NONE"],
  ["min.insync.replicas of a topic under ELR", [topic, "t"], [set("min.insync.replicas", "2")], "NONE"],
  [
    "min.insync.replicas of one broker under ELR",
    [broker, "1"],
    [set("min.insync.replicas", "2")],
    "INVALID_CONFIG",
  ],
  ["min.insync.replicas of all brokers under ELR", [broker, ""], [set("min.insync.replicas", "2")], "NONE"],
  [
    "deleting min.insync.replicas of all brokers under ELR",
    [broker, ""],
    [remove("min.insync.replicas")],
    "INVALID_CONFIG",
  ],
];

for (const [claim, resource, operations, error] of answers) {
  test(`altering configs, ${claim}: ${error}`, () => {
    assert.equal(alter(cluster(), resource, ...operations), error);
  });
}

test("lists grow and shrink element by element, from the default on", () => {
  const example = cluster();
  const operation = (which: number, value: string): ConfigOperation => ({
    name: "cleanup.policy",
    operation: which,
    value,
  });
  assert.equal(alter(example, [topic, "t"], operation(OPERATION.append, "compact")), "NONE");
  assert.equal(example.image.topicConfig("t").get("cleanup.policy"), "delete,compact");
  assert.equal(alter(example, [topic, "t"], operation(OPERATION.subtract, "delete")), "NONE");
  assert.equal(example.image.topicConfig("t").get("cleanup.policy"), "compact");
});

test("a resource named twice is refused both times", () => {
  const change = { resource: { type: topic, name: "t" }, operations: [set("retention.ms", "1")] };
  const results = cluster().decide((context) =>
    decideConfigOperations(context, [change, change], { validateOnly: false }),
  );
  assert.deepEqual(
    results.map((result) => result.error),
    ["INVALID_REQUEST", "INVALID_REQUEST"],
  );
});

test("validateOnly changes nothing", () => {
  const example = cluster();
  const change = { resource: { type: topic, name: "t" }, operations: [set("retention.ms", "1")] };
  example.decide((context) => decideConfigOperations(context, [change], { validateOnly: true }));
  assert.equal(example.image.topicConfig("t").size, 0);
});

test("the older API replaces all that was set", () => {
  const example = cluster();
  alter(example, [topic, "t"], set("retention.ms", "1"), set("segment.ms", "5"));
  const resource = { type: topic, name: "t" };
  const operations = replacement(example.context(), resource, new Map([["retention.ms", "77"]]));
  alter(example, [topic, "t"], ...operations);
  assert.deepEqual([...example.image.topicConfig("t")], [["retention.ms", "77"]]);
});

function describe(example: ExampleCluster, type: number, name: string) {
  const { image, config } = example;
  return describeConfigs({ image, config, nodeId: 1 }, { type, name });
}

test("describing shows as many keys as Kafka, or why not", () => {
  const example = cluster();
  const count = (type: number, name: string): number | string => {
    const described = describe(example, type, name);
    return "error" in described ? described.error : described.length;
  };
  assert.equal(count(topic, "t"), 33);
  assert.equal(count(topic, "nope"), "UNKNOWN_TOPIC_OR_PARTITION");
  assert.equal(count(topic, ""), "INVALID_TOPIC_EXCEPTION");
  assert.equal(count(topic, "a/b"), "INVALID_TOPIC_EXCEPTION");
  assert.equal(count(broker, "1"), 340 + Object.keys(millraceKeys).length);
  assert.equal(count(broker, ""), 1);
  assert.equal(count(broker, "7"), "INVALID_REQUEST");
  assert.equal(count(broker, "abc"), "INVALID_REQUEST");
  assert.equal(count(RESOURCE_TYPE.brokerLogger, "1"), 1);
  assert.equal(count(RESOURCE_TYPE.brokerLogger, ""), "INVALID_REQUEST");
  assert.equal(count(clientMetrics, "nope"), 3);
  assert.equal(count(clientMetrics, ""), "INVALID_REQUEST");
  assert.equal(count(group, "nope"), 17);
  assert.equal(count(group, ""), "INVALID_REQUEST");
  assert.equal(count(3, "x"), "INVALID_REQUEST");
});

test("a described key names every place that gives it a value, the strongest first", () => {
  const example = new ExampleCluster({ "log.segment.bytes": "2097152" });
  example.addTopic("t", 1, { "segment.bytes": "1048576" });
  const described = describe(example, topic, "t");
  assert.ok(!("error" in described));
  const entry = described.find(({ name }) => name === "segment.bytes")!;
  assert.deepEqual(entry.synonyms, [
    { name: "segment.bytes", value: "1048576", source: 1 },
    { name: "log.segment.bytes", value: "2097152", source: 4 },
    { name: "log.segment.bytes", value: "1073741824", source: 5 },
  ]);
  const retention = described.find(({ name }) => name === "retention.ms")!;
  assert.deepEqual([retention.value, retention.configSource, retention.synonyms], ["604800000", 5, []]);
});
