import assert from "node:assert/strict";
import test from "node:test";
import { ZERO_UUID } from "../../base/uuid.ts";
import { errorName } from "../../tables/errors.ts";
import type { CreatePartitions } from "../../wire/kafka/messages/37-create-partitions.ts";
import type { RequestOf } from "../../wire/kafka/schema.ts";
import { decideCreatePartitions } from "./create-partitions.ts";
import { decideDeleteTopics } from "./delete-topics.ts";
import { decideElectLeaders } from "./elect-leaders.ts";
import { exampleId, ExampleCluster } from "../../../test/support/example-cluster.ts";
import { decideReassignment } from "./reassign-partitions.ts";

function clusterWith(topic: string, partitions: number): ExampleCluster {
  const cluster = new ExampleCluster();
  cluster.addTopic(topic, partitions);
  return cluster;
}

function errorsOf(results: readonly { readonly errorCode?: number | undefined }[]): string[] {
  return results.map((result) => errorName(result.errorCode ?? 0));
}

interface Deletion {
  readonly names?: string[];
  readonly topics?: { name: string | null; topicId: string }[];
}

function remove(cluster: ExampleCluster, { names = [], topics = [] }: Deletion) {
  const request = { topicNames: names, topics, timeoutMs: 1000 };
  return cluster.decide((context) => decideDeleteTopics(context, request)).responses;
}

test("deleting by name and by id works, and the topic and its settings are gone", () => {
  const cluster = new ExampleCluster();
  cluster.addTopic("a", 1, { "retention.ms": "1" });
  cluster.addTopic("b");
  const topicId = cluster.image.topics.get("b")!.id;
  const results = remove(cluster, { names: ["a"], topics: [{ name: null, topicId }] });
  assert.deepEqual(errorsOf(results), ["NONE", "NONE"]);
  assert.deepEqual([results[1]!.name, results[1]!.topicId], ["b", topicId]);
  assert.deepEqual([cluster.image.topics.size, cluster.image.partitionCount], [0, 0]);
  assert.equal(cluster.image.topicConfig("a").size, 0);
});

test("each way to name no single topic has its answer", () => {
  const cluster = clusterWith("t", 1);
  const topicId = cluster.image.topics.get("t")!.id;
  const answer = (deletion: Deletion): string[] => errorsOf(remove(cluster, deletion));
  assert.deepEqual(answer({ names: ["nope"] }), ["UNKNOWN_TOPIC_OR_PARTITION"]);
  assert.deepEqual(answer({ names: ["a/b", ""] }), [
    "UNKNOWN_TOPIC_OR_PARTITION",
    "UNKNOWN_TOPIC_OR_PARTITION",
  ]);
  assert.deepEqual(answer({ topics: [{ name: null, topicId: exampleId(9) }] }), ["UNKNOWN_TOPIC_ID"]);
  assert.deepEqual(answer({ topics: [{ name: "t", topicId }] }), ["INVALID_REQUEST"]);
  assert.deepEqual(answer({ topics: [{ name: null, topicId: ZERO_UUID }] }), ["INVALID_REQUEST"]);
  assert.deepEqual(answer({ names: ["t", "t"] }), ["INVALID_REQUEST"]);
  const twice = { name: null, topicId };
  assert.deepEqual(answer({ topics: [twice, twice] }), ["INVALID_REQUEST"]);
  assert.deepEqual(answer({}), []);
  assert.equal(cluster.image.topics.size, 1);
});

test("a name can be used again after its twin in . and _ was deleted", () => {
  const cluster = clusterWith("a.b", 1);
  assert.equal(cluster.image.collidingTopic("a_b"), "a.b");
  remove(cluster, { names: ["a.b"] });
  assert.equal(cluster.image.collidingTopic("a_b"), undefined);
});

type Growth = RequestOf<typeof CreatePartitions>["topics"][number];

function grow(cluster: ExampleCluster, topics: Growth[], validateOnly = false): string[] {
  const request = { topics, timeoutMs: 1000, validateOnly };
  return errorsOf(cluster.decide((context) => decideCreatePartitions(context, request)).results);
}

function to(count: number, assignments: number[][] | null = null, name = "t"): Growth {
  return { name, count, assignments: assignments?.map((brokerIds) => ({ brokerIds })) ?? null };
}

test("partitions can only be added", () => {
  const cluster = clusterWith("t", 2);
  for (const count of [1, 2, 0, -1]) assert.deepEqual(grow(cluster, [to(count)]), ["INVALID_PARTITIONS"]);
  assert.deepEqual(grow(cluster, [to(3)], true), ["NONE"]);
  assert.equal(cluster.image.topics.get("t")!.partitions.length, 2);
  assert.deepEqual(grow(cluster, [to(3)]), ["NONE"]);
  assert.equal(cluster.image.topics.get("t")!.partitions.length, 3);
  assert.deepEqual(cluster.change.addedPartitions.length, 1);
});

test("added partitions need an assignment that fits", () => {
  const cluster = clusterWith("t", 2);
  for (const assignment of [[[1], [1]], [[7]], [[1, 1]], [[]]]) {
    assert.deepEqual(grow(cluster, [to(3, assignment)]), ["INVALID_REPLICA_ASSIGNMENT"]);
  }
  cluster.addBroker(2);
  assert.deepEqual(grow(cluster, [to(3, [[1, 2]])]), ["INVALID_REPLICA_ASSIGNMENT"]);
  assert.deepEqual(grow(cluster, [to(3, [[2]])]), ["NONE"]);
});

test("unknown and repeated topics can't grow", () => {
  const cluster = clusterWith("t", 1);
  assert.deepEqual(grow(cluster, [to(2, null, "nope")]), ["UNKNOWN_TOPIC_OR_PARTITION"]);
  assert.deepEqual(grow(cluster, [to(2, null, "a/b")]), ["UNKNOWN_TOPIC_OR_PARTITION"]);
  assert.deepEqual(grow(cluster, [to(2), to(3)]), ["INVALID_REQUEST"]);
});

function reassign(
  cluster: ExampleCluster,
  replicas: number[] | null,
  partitionIndex = 0,
  name = "t",
): string {
  const topics = [{ name, partitions: [{ partitionIndex, replicas }] }];
  const request = { timeoutMs: 1000, allowReplicationFactorChange: true, topics };
  const { responses } = cluster.decide((context) => decideReassignment(context, request));
  return errorName(responses[0]!.partitions[0]!.errorCode ?? 0);
}

test("a reassignment on one broker is where it is, or refused", () => {
  const cluster = clusterWith("t", 1);
  assert.equal(reassign(cluster, [1]), "NONE");
  for (const replicas of [[1, 7], [], [1, 1], [-1]]) {
    assert.equal(reassign(cluster, replicas), "INVALID_REPLICA_ASSIGNMENT");
  }
  assert.equal(reassign(cluster, null), "NO_REASSIGNMENT_IN_PROGRESS");
  assert.equal(reassign(cluster, [1], 99), "UNKNOWN_TOPIC_OR_PARTITION");
  assert.equal(reassign(cluster, [1], 0, "nope"), "UNKNOWN_TOPIC_OR_PARTITION");
});

function elect(
  cluster: ExampleCluster,
  electionType: number,
  topicPartitions: { topic: string; partitions: number[] }[] | null,
) {
  const request = { electionType, topicPartitions, timeoutMs: 1000 };
  const response = cluster.decide((context) => decideElectLeaders(context, request));
  const results = response.replicaElectionResults.map(({ partitionResult }) => errorsOf(partitionResult));
  return [errorName(response.errorCode ?? 0), results];
}

test("elections that nobody needs, or that can't be held, say so", () => {
  const cluster = clusterWith("t", 1);
  const one = [{ topic: "t", partitions: [0] }];
  assert.deepEqual(elect(cluster, 0, one), ["NONE", [["ELECTION_NOT_NEEDED"]]]);
  assert.deepEqual(elect(cluster, 1, one), ["NONE", [["ELECTION_NOT_NEEDED"]]]);
  assert.deepEqual(elect(cluster, 2, one), ["INVALID_REQUEST", [["INVALID_REQUEST"]]]);
  const unknown = "UNKNOWN_TOPIC_OR_PARTITION";
  assert.deepEqual(elect(cluster, 0, [{ topic: "t", partitions: [9] }]), ["NONE", [[unknown]]]);
  assert.deepEqual(elect(cluster, 0, [{ topic: "nope", partitions: [0] }]), ["NONE", [[unknown]]]);
  assert.deepEqual(elect(cluster, 0, null), ["NONE", [[]]]);
  assert.deepEqual(elect(cluster, 1, null), ["NONE", [[]]]);
  assert.deepEqual(elect(cluster, 0, []), ["NONE", []]);
});
