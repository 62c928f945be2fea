import assert from "node:assert/strict";
import test from "node:test";
import { decideFence } from "./broker-lifecycle.ts";
import { describeQuotas } from "./client-quotas.ts";
import { ClusterChange } from "./cluster-change.ts";
import { ClusterImage } from "./cluster-image.ts";
import { exampleId, ExampleCluster } from "../../../test/support/example-cluster.ts";
import { configRecord, featureLevel, finalizedFeatures } from "./features.ts";
import { imageRecords } from "./image-records.ts";
import type { MetadataRecord } from "./metadata-record.ts";
import { MetadataTransaction } from "./metadata-transaction.ts";
import { recordVersion } from "./metadata-version.ts";
import { describeScramUsers } from "./scram-credentials.ts";

const topicRecord = (name: string, number: number): MetadataRecord => ({
  name: "TopicRecord",
  value: { name, topicId: exampleId(number) },
});

function quota(value: number, remove = false): MetadataRecord {
  const entity = [{ entityType: "user", entityName: "u" }];
  return { name: "ClientQuotaRecord", value: { entity, key: "producer_byte_rate", value, remove } };
}

const credential: MetadataRecord = {
  name: "UserScramCredentialRecord",
  value: {
    name: "u",
    mechanism: 1,
    salt: Buffer.from("s"),
    storedKey: Buffer.from("k"),
    serverKey: Buffer.from("v"),
    iterations: 8192,
  },
};

test("records of features that are not served survive a snapshot, until they are taken back", () => {
  const image = new ClusterImage();
  image.apply(featureLevel("metadata.version", 30));
  for (const record of [quota(1), quota(1000), credential]) image.apply(record);
  const copy = new ClusterImage();
  for (const record of imageRecords(image)) copy.apply(record);
  assert.deepEqual(describeQuotas(copy, [], { isStrict: false }), [
    {
      entity: [{ entityType: "user", entityName: "u" }],
      values: [{ key: "producer_byte_rate", value: 1000 }],
    },
  ]);
  assert.equal(describeScramUsers(copy, null)[0]!.credentials[0]!.iterations, 8192);
  copy.apply(quota(0, true));
  copy.apply({ name: "RemoveUserScramCredentialRecord", value: { name: "u", mechanism: 1 } });
  assert.equal(copy.kept.size, 0);
});

test("a change tells new topics with their partitions, and changed partitions one by one", () => {
  const cluster = new ExampleCluster();
  cluster.addTopic("t", 2);
  assert.deepEqual(
    cluster.change.createdTopics.map(({ name, partitions }) => [name, partitions.length]),
    [["t", 2]],
  );
  assert.deepEqual(cluster.change.addedPartitions, []);
  cluster.decide((context) => decideFence(context, 1));
  assert.deepEqual(
    cluster.change.changedPartitions.map(({ topic, partition }) => [topic.name, partition.index]),
    [
      ["t", 0],
      ["t", 1],
    ],
  );
  assert.ok(cluster.change.haveBrokersChanged);
});

test("a setting that is taken back is gone, and its resource with the last one", () => {
  const image = new ClusterImage();
  const change = new ClusterChange();
  const resource = { type: 32, name: "g" };
  image.apply(configRecord(resource, "share.isolation.level", "read_committed"), change);
  assert.deepEqual(image.configuredResources(), [resource]);
  image.apply(configRecord(resource, "share.isolation.level", null), change);
  assert.deepEqual(image.configuredResources(), []);
  assert.deepEqual([...change.changedConfigs.values()], [resource]);
});

test("without ELR the last replica stays in the ISR when its broker goes, and leads again", () => {
  const cluster = new ExampleCluster();
  cluster.image.apply(featureLevel("eligible.leader.replicas.version", 0));
  cluster.addTopic("t");
  cluster.decide((context) => decideFence(context, 1));
  const gone = cluster.image.partition("t", 0)!;
  assert.deepEqual([gone.leader, gone.isr, gone.eligibleLeaderReplicas], [-1, [1], []]);
  cluster.addBroker(1);
  const back = cluster.image.partition("t", 0)!;
  assert.deepEqual([back.leader, back.isr, back.leaderEpoch], [1, [1], 2]);
});

test("clearing ELR empties it everywhere and counts as a change of the partition", () => {
  const cluster = new ExampleCluster();
  cluster.addTopic("t");
  cluster.decide((context) => decideFence(context, 1));
  const before = cluster.image.partition("t", 0)!;
  cluster.image.apply({ name: "ClearElrRecord", value: { topicName: "" } });
  const after = cluster.image.partition("t", 0)!;
  assert.deepEqual([after.eligibleLeaderReplicas, after.lastKnownElr], [[], []]);
  assert.equal(after.partitionEpoch, before.partitionEpoch + 1);
});

test("a transaction's records come true together at its end, or never", () => {
  const transaction = new MetadataTransaction();
  const begin: MetadataRecord = { name: "BeginTransactionRecord", value: { name: null } };
  const end: MetadataRecord = { name: "EndTransactionRecord", value: {} };
  const abort: MetadataRecord = { name: "AbortTransactionRecord", value: { reason: null } };
  const [a, b] = [topicRecord("a", 1), topicRecord("b", 2)];
  assert.deepEqual(transaction.pass([a]), [a]);
  assert.deepEqual(transaction.pass([begin, a]), []);
  assert.ok(transaction.isOpen);
  assert.deepEqual(transaction.pass([b, end]), [a, b]);
  assert.deepEqual(transaction.pass([begin, a]), []);
  assert.deepEqual(transaction.pass([abort, b]), [b]);
  assert.equal(transaction.isOpen, false);
});

test("records are written as old as the metadata version demands", () => {
  const cluster = new ExampleCluster();
  cluster.addTopic("t");
  const versionsAt = (metadataVersion: number): number[] => {
    const records = [...imageRecords(cluster.image)];
    const find = (name: string): MetadataRecord => records.find((record) => record.name === name)!;
    return ["RegisterBrokerRecord", "PartitionRecord"].map((name) =>
      recordVersion(find(name), metadataVersion),
    );
  };
  assert.deepEqual([30, 25, 20, 14].map(versionsAt), [
    [4, 2],
    [3, 2],
    [3, 1],
    [1, 0],
  ]);
});

test("clients are promised only the levels of features that are served", () => {
  const cluster = new ExampleCluster();
  cluster.image.apply(featureLevel("transaction.version", 2));
  assert.deepEqual(
    finalizedFeatures(cluster.image, 1).map(({ name, level }) => `${name}=${level}`),
    ["kraft.version=1", "metadata.version=30", "eligible.leader.replicas.version=1"],
  );
});
