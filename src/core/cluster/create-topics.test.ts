import assert from "node:assert/strict";
import test from "node:test";
import { ZERO_UUID } from "../../base/uuid.ts";
import { errorName } from "../../tables/errors.ts";
import type { CreateTopics } from "../../wire/kafka/messages/19-create-topics.ts";
import type { RequestOf } from "../../wire/kafka/schema.ts";
import { decideCreateTopics } from "./create-topics.ts";
import { ExampleCluster } from "../../../test/support/example-cluster.ts";

type NewTopic = RequestOf<typeof CreateTopics>["topics"][number];

function newTopic(changes: Partial<NewTopic> = {}): NewTopic {
  return { name: "t", numPartitions: 1, replicationFactor: 1, assignments: [], configs: [], ...changes };
}

function assigned(...brokerIds: number[][]): Partial<NewTopic> {
  const assignments = brokerIds.map((ids, partitionIndex) => ({ partitionIndex, brokerIds: ids }));
  return { numPartitions: -1, replicationFactor: -1, assignments };
}

function configured(...pairs: [string, string | null][]): Partial<NewTopic> {
  return { configs: pairs.map(([name, value]) => ({ name, value })) };
}

function create(cluster: ExampleCluster, topics: NewTopic[], validateOnly = false) {
  const request = { topics, timeoutMs: 1000, validateOnly };
  return cluster.decide((context) => decideCreateTopics(context, request)).topics;
}

const long = "a".repeat(250);

const answers: readonly [claim: string, topic: Partial<NewTopic>, error: string][] = [
  ["partitions 0", { numPartitions: 0 }, "INVALID_PARTITIONS"],
  ["partitions -1 mean the default", { numPartitions: -1 }, "NONE"],
  ["partitions -2", { numPartitions: -2 }, "INVALID_PARTITIONS"],
  ["replication factor 0", { replicationFactor: 0 }, "INVALID_REPLICATION_FACTOR"],
  ["replication factor -1 means the default", { replicationFactor: -1 }, "NONE"],
  ["replication factor -2", { replicationFactor: -2 }, "INVALID_REPLICATION_FACTOR"],
  ["replication factor 3 on one broker", { replicationFactor: 3 }, "INVALID_REPLICATION_FACTOR"],
  ["20000 partitions", { numPartitions: 20_000 }, "POLICY_VIOLATION"],
  ["an existing name", { name: "x.y" }, "TOPIC_ALREADY_EXISTS"],
  ["an empty name", { name: "" }, "INVALID_TOPIC_EXCEPTION"],
  ["the name .", { name: "." }, "INVALID_TOPIC_EXCEPTION"],
  ["the name ..", { name: ".." }, "INVALID_TOPIC_EXCEPTION"],
  ["a name of 249 characters", { name: long.slice(1) }, "NONE"],
  ["a name of 250 characters", { name: long }, "INVALID_TOPIC_EXCEPTION"],
  ["the name a/b", { name: "a/b" }, "INVALID_TOPIC_EXCEPTION"],
  ["the name a b", { name: "a b" }, "INVALID_TOPIC_EXCEPTION"],
  ["a name that is not ASCII", { name: "ä" }, "INVALID_TOPIC_EXCEPTION"],
  ["an internal name", { name: "__consumer_offsets" }, "TOPIC_ALREADY_EXISTS"],
  ["a name that differs only in . and _", { name: "x_y" }, "INVALID_TOPIC_EXCEPTION"],
  ["an unknown config key", configured(["no.such", "1"]), "INVALID_CONFIG"],
  ["retention.ms=abc", configured(["retention.ms", "abc"]), "INVALID_CONFIG"],
  ["a config value null", configured(["retention.ms", null]), "INVALID_CONFIG"],
  ["a config key twice", configured(["retention.ms", "1"], ["retention.ms", "2"]), "NONE"],
  ["cleanup.policy=foo", configured(["cleanup.policy", "foo"]), "INVALID_CONFIG"],
  ["cleanup.policy=compact,delete", configured(["cleanup.policy", "compact,delete"]), "NONE"],
  ["an empty cleanup.policy", configured(["cleanup.policy", ""]), "NONE"],
  ["segment.bytes=100", configured(["segment.bytes", "100"]), "INVALID_CONFIG"],
  ["tiering while it is off", configured(["remote.storage.enable", "true"]), "INVALID_CONFIG"],
  [
    "lags that contradict each other",
    configured(["min.compaction.lag.ms", "2"], ["max.compaction.lag.ms", "1"]),
    "INVALID_CONFIG",
  ],
  ["an assignment beside counts", { ...assigned([1]), numPartitions: 1 }, "INVALID_REQUEST"],
  ["an assignment", assigned([1]), "NONE"],
  ["an assignment to an unknown broker", assigned([7]), "INVALID_REPLICA_ASSIGNMENT"],
  ["an assignment that repeats a broker", assigned([1, 1]), "INVALID_REPLICA_ASSIGNMENT"],
  ["an empty replica list", assigned([]), "INVALID_REPLICA_ASSIGNMENT"],
];

for (const [claim, topic, error] of answers) {
  test(`creating a topic with ${claim} answers ${error}`, () => {
    const cluster = new ExampleCluster();
    cluster.addTopic("x.y");
    const [result] = create(cluster, [newTopic(topic)]);
    assert.equal(errorName(result!.errorCode), error);
    assert.equal(result!.errorMessage === null, error === "NONE");
    if (error === "NONE") {
      assert.deepEqual(
        [result!.numPartitions, result!.replicationFactor, result!.configs?.length],
        [1, 1, 33],
      );
      assert.notEqual(result!.topicId, ZERO_UUID);
    } else {
      assert.deepEqual([result!.numPartitions, result!.replicationFactor, result!.configs], [-1, -1, []]);
      assert.equal(result!.topicId, ZERO_UUID);
    }
  });
}

test("an assignment that leaves a partition out is refused", () => {
  const assignments = [0, 2].map((partitionIndex) => ({ partitionIndex, brokerIds: [1] }));
  const topic = newTopic({ numPartitions: -1, replicationFactor: -1, assignments });
  const [result] = create(new ExampleCluster(), [topic]);
  assert.equal(errorName(result!.errorCode), "INVALID_REPLICA_ASSIGNMENT");
});

test("the same name twice is one refusal", () => {
  const cluster = new ExampleCluster();
  const results = create(cluster, [newTopic(), newTopic()]);
  assert.deepEqual(
    results.map((result) => errorName(result.errorCode)),
    ["INVALID_REQUEST"],
  );
  assert.equal(cluster.image.topics.size, 0);
});

test("good and bad topics of one request each get their own answer", () => {
  const cluster = new ExampleCluster();
  const topics = [newTopic(), newTopic({ name: "a/b" }), newTopic({ name: "c", replicationFactor: 3 })];
  const results = create(cluster, topics).map((result) => errorName(result.errorCode));
  assert.deepEqual(results, ["NONE", "INVALID_TOPIC_EXCEPTION", "INVALID_REPLICATION_FACTOR"]);
  assert.deepEqual([...cluster.image.topics.keys()], ["t"]);
});

test("two new names that differ only in . and _ can't come with one request", () => {
  const cluster = new ExampleCluster();
  const results = create(cluster, [newTopic({ name: "a.b" }), newTopic({ name: "a_b" })]);
  assert.deepEqual(
    results.map((result) => errorName(result.errorCode)),
    ["NONE", "INVALID_TOPIC_EXCEPTION"],
  );
});

test("validateOnly answers as if and changes nothing", () => {
  const cluster = new ExampleCluster();
  const [result] = create(cluster, [newTopic()], true);
  assert.deepEqual([errorName(result!.errorCode), result!.configs?.length], ["NONE", 33]);
  assert.equal(cluster.image.topics.size, 0);
});

test("an empty request has an empty answer", () => {
  assert.deepEqual(create(new ExampleCluster(), []), []);
});

test("a new partition is led by its replica in the first epochs", () => {
  const cluster = new ExampleCluster();
  create(cluster, [newTopic({ numPartitions: 2 })]);
  const partition = cluster.image.partition("t", 1)!;
  const { leader, leaderEpoch, partitionEpoch, isr, replicas } = partition;
  assert.deepEqual([leader, leaderEpoch, partitionEpoch, isr, replicas], [1, 0, 0, [1], [1]]);
  assert.deepEqual(partition.directories, cluster.image.brokers.get(1)!.logDirs);
});

test("the last of repeated config keys is kept, and the answer says where it comes from", () => {
  const cluster = new ExampleCluster();
  const topic = newTopic(configured(["retention.ms", "1"], ["retention.ms", "2"]));
  const [result] = create(cluster, [topic]);
  assert.equal(cluster.image.topicConfig("t").get("retention.ms"), "2");
  const entry = result!.configs!.find((config) => config.name === "retention.ms");
  assert.deepEqual([entry!.value, entry!.configSource], ["2", 1]);
});

test("replicas go round the active brokers", () => {
  const cluster = new ExampleCluster();
  cluster.addBroker(2);
  cluster.addBroker(3);
  create(cluster, [newTopic({ numPartitions: 3, replicationFactor: 2 })]);
  const replicas = cluster.image.topics.get("t")!.partitions.map((partition) => partition.replicas);
  assert.deepEqual(replicas, [
    [1, 2],
    [2, 3],
    [3, 1],
  ]);
});
