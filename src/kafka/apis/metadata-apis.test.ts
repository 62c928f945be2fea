import assert from "node:assert/strict";
import test from "node:test";
import { BrokerEdge } from "../../../test/support/broker-edge.ts";
import { ZERO_UUID } from "../../base/uuid.ts";
import { errorName } from "../../tables/errors.ts";
import { Metadata } from "../../wire/kafka/messages/03-metadata.ts";
import { InitProducerId } from "../../wire/kafka/messages/22-init-producer-id.ts";
import { DescribeTopicPartitions } from "../../wire/kafka/messages/75-describe-topic-partitions.ts";
import { CreateTopics } from "../../wire/kafka/messages/19-create-topics.ts";

const UNKNOWN_ID = "AAAAAAAAAAAAAAAAAAAAAg";

async function edgeWithTopic(): Promise<BrokerEdge> {
  const edge = await BrokerEdge.start();
  await edge.createTopic("t", 2);
  return edge;
}

interface Asked {
  readonly topicId?: string;
  readonly name: string | null;
}

/** Each topic of the answer in short: its error, name, number of partitions and which id it has. */
async function ask(
  edge: BrokerEdge,
  version: number,
  topics: Asked[] | null,
  allowAutoTopicCreation = false,
) {
  const request = { topics, allowAutoTopicCreation };
  const answer = await edge.call(Metadata, version, request);
  return answer.topics.map(({ errorCode, name, partitions, topicId }) => {
    const id =
      topicId === ZERO_UUID ? "zero" : topicId === edge.node.cluster.topics.get("t")?.id ? "t" : "set";
    return `${errorName(errorCode)} ${name ?? "null"} ${partitions.length} ${id}`;
  });
}

test("all topics are asked for by an empty list in v0, by null since", async () => {
  const edge = await edgeWithTopic();
  assert.deepEqual(await ask(edge, 0, []), ["NONE t 2 zero"]);
  assert.deepEqual(await ask(edge, 1, []), []);
  assert.deepEqual(await ask(edge, 1, null), ["NONE t 2 zero"]);
});

test("a missing topic is created only when both sides want it, and is there the next time", async () => {
  const edge = await edgeWithTopic();
  const unknown = "UNKNOWN_TOPIC_OR_PARTITION new 0 zero";
  assert.deepEqual(await ask(edge, 12, [{ name: "new" }], false), [unknown]);
  assert.deepEqual(await ask(edge, 12, [{ name: "new" }], false), [unknown]);
  assert.deepEqual(await ask(edge, 12, [{ name: "new" }], true), [unknown]);
  await edge.world.complete(edge.node.controller.topics.create("new"));
  assert.deepEqual(await ask(edge, 12, [{ name: "new" }], true), ["NONE new 1 set"]);
  await ask(edge, 3, [{ name: "old" }]);
  await edge.world.complete(edge.node.controller.topics.create("old"));
  assert.deepEqual(await ask(edge, 3, [{ name: "old" }]), ["NONE old 1 zero"]);
});

test("a broker that creates no topics says that they are unknown", async () => {
  const edge = await BrokerEdge.start({ "auto.create.topics.enable": "false" });
  await ask(edge, 12, [{ name: "new" }], true);
  assert.equal(edge.node.cluster.topics.size, 0);
});

test("a bad name is told as such", async () => {
  const edge = await edgeWithTopic();
  for (const name of ["", ".", "..", "a".repeat(250), "a/b", "a b", "ä"]) {
    assert.deepEqual(await ask(edge, 9, [{ name }], true), [`INVALID_TOPIC_EXCEPTION ${name} 0 zero`]);
  }
});

test("topics are found by id from v12 on, and the id wins over a name", async () => {
  const edge = await edgeWithTopic();
  const topicId = edge.topicId("t");
  assert.deepEqual(await ask(edge, 12, [{ topicId, name: null }]), ["NONE t 2 t"]);
  assert.deepEqual(await ask(edge, 12, [{ topicId, name: "other" }]), ["NONE t 2 t"]);
  assert.deepEqual(await ask(edge, 12, [{ topicId: UNKNOWN_ID, name: null }]), [
    "UNKNOWN_TOPIC_ID null 0 set",
  ]);
  assert.deepEqual(await ask(edge, 12, [{ topicId: ZERO_UUID, name: null }]), [
    "UNKNOWN_SERVER_ERROR  0 zero",
  ]);
  assert.deepEqual(await ask(edge, 10, [{ topicId, name: null }]), ["INVALID_REQUEST  0 t"]);
});

test("a topic that is asked for twice is answered once", async () => {
  const edge = await edgeWithTopic();
  assert.deepEqual(await ask(edge, 9, [{ name: "t" }, { name: "t" }]), ["NONE t 2 zero"]);
});

test("authorized operations are told only to those who ask", async () => {
  const edge = await edgeWithTopic();
  const asked = { includeClusterAuthorizedOperations: true, includeTopicAuthorizedOperations: true };
  const answer = await edge.call(Metadata, 8, { topics: null, ...asked });
  assert.deepEqual(
    [answer.clusterAuthorizedOperations, answer.topics[0]!.topicAuthorizedOperations],
    [8096, 3576],
  );
  const silent = await edge.call(Metadata, 8, { topics: null });
  assert.deepEqual(
    [silent.clusterAuthorizedOperations, silent.topics[0]!.topicAuthorizedOperations],
    [-2147483648, -2147483648],
  );
});

test("brokers are told with the address that the client dialled", async () => {
  const edge = await edgeWithTopic();
  const answer = await edge.call(Metadata, 13, { topics: null });
  assert.deepEqual(answer.brokers, [{ nodeId: 1, host: "broker", port: 9092, rack: null }]);
  assert.deepEqual([answer.controllerId, answer.clusterId, answer.errorCode], [1, edge.node.clusterId, 0]);
  const [partition] = answer.topics[0]!.partitions;
  assert.deepEqual([partition!.leaderId, partition!.leaderEpoch, partition!.isrNodes], [1, 0, [1]]);
});

test("a topic without time is not created", async () => {
  const edge = await BrokerEdge.start();
  const topic = { name: "t", numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] };
  const answer = await edge.call(CreateTopics, 7, { topics: [topic], timeoutMs: 0 });
  assert.deepEqual(
    answer.topics.map(({ errorCode, numPartitions }) => [errorName(errorCode), numPartitions]),
    [["REQUEST_TIMED_OUT", -1]],
  );
  assert.equal(edge.node.cluster.topics.size, 0);
});

async function page(
  edge: BrokerEdge,
  names: string[],
  limit: number,
  cursor: { topicName: string; partitionIndex: number } | null = null,
) {
  const topics = names.map((name) => ({ name }));
  const answer = await edge.call(DescribeTopicPartitions, 0, {
    topics,
    responsePartitionLimit: limit,
    cursor,
  });
  const found = answer.topics.map(
    ({ errorCode, partitions }) => `${errorName(errorCode)} ${partitions.length}`,
  );
  return [found, answer.nextCursor];
}

test("topics are described page by page", async () => {
  const edge = await edgeWithTopic();
  const next = { topicName: "t", partitionIndex: 1 };
  assert.deepEqual(await page(edge, ["t"], 2000), [["NONE 2"], null]);
  assert.deepEqual(await page(edge, ["nope"], 2000), [["UNKNOWN_TOPIC_OR_PARTITION 0"], null]);
  assert.deepEqual(await page(edge, ["a/b"], 2000), [["INVALID_TOPIC_EXCEPTION 0"], null]);
  assert.deepEqual(await page(edge, ["t"], 1), [["NONE 1"], next]);
  assert.deepEqual(await page(edge, ["t"], 2000, next), [["NONE 1"], null]);
  assert.deepEqual(await page(edge, ["t"], 2000, { ...next, partitionIndex: -1 }), [
    ["INVALID_REQUEST 0"],
    null,
  ]);
  assert.deepEqual(await page(edge, ["t"], 0), [["NONE 1"], next]);
});

test("pages go on with the next topic, and none is left out", async () => {
  const edge = await edgeWithTopic();
  await edge.createTopic("a", 2);
  assert.deepEqual(await page(edge, [], 2), [["NONE 2"], { topicName: "t", partitionIndex: 0 }]);
  assert.deepEqual(await page(edge, [], 3), [["NONE 2", "NONE 1"], { topicName: "t", partitionIndex: 1 }]);
});

async function init(edge: BrokerEdge, body: Partial<Parameters<typeof edge.call<typeof InitProducerId>>[2]>) {
  const request = { transactionalId: null, transactionTimeoutMs: 60_000, ...body };
  const answer = await edge.call(InitProducerId, 5, request);
  return [errorName(answer.errorCode), answer.producerId, answer.producerEpoch];
}

test("every idempotent producer gets an id of its own, also beyond one block", async () => {
  const edge = await BrokerEdge.start();
  assert.deepEqual(await init(edge, {}), ["NONE", 0, 0]);
  assert.deepEqual(await init(edge, { transactionTimeoutMs: -1 }), ["NONE", 1, 0]);
  assert.deepEqual(await init(edge, { producerId: 5, producerEpoch: 3 }), ["NONE", 2, 0]);
  const ids = await edge.world.complete(
    Promise.all(Array.from({ length: 2000 }, () => edge.node.controller.producerIds.next())),
  );
  assert.equal(new Set(ids).size, 2000);
  assert.equal(edge.node.cluster.nextProducerId, 3000);
});

test("a producer with a transactional id is told at once that there are no transactions", async () => {
  const edge = await BrokerEdge.start();
  assert.deepEqual(await init(edge, { transactionalId: "" }), ["INVALID_REQUEST", -1, -1]);
  for (const transactionTimeoutMs of [0, -1, 900_001]) {
    const refused = ["INVALID_TRANSACTION_TIMEOUT", -1, -1];
    assert.deepEqual(await init(edge, { transactionalId: "x", transactionTimeoutMs }), refused);
  }
  assert.deepEqual(await init(edge, { transactionalId: "x" }), ["UNSUPPORTED_VERSION", -1, -1]);
  assert.deepEqual(await init(edge, { transactionalId: "x", producerId: 5 }), ["INVALID_REQUEST", -1, -1]);
});
