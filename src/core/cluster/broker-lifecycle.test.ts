import assert from "node:assert/strict";
import test from "node:test";
import { decideControlledShutdown, decideFence } from "./broker-lifecycle.ts";
import { ClusterImage } from "./cluster-image.ts";
import { ExampleCluster } from "../../../test/support/example-cluster.ts";
import { imageRecords } from "./image-records.ts";
import { decodeMetadataRecord, encodeMetadataRecord } from "./metadata-record.ts";
import { METADATA_VERSION } from "./metadata-version.ts";
import { decideProducerIdBlock } from "./allocate-producer-ids.ts";

/** The fields that a restart moves. */
function state(cluster: ExampleCluster) {
  const partition = cluster.image.partition("t", 0)!;
  const { leader, leaderEpoch, partitionEpoch, isr, eligibleLeaderReplicas, lastKnownElr } = partition;
  return { leader, leaderEpoch, partitionEpoch, isr, eligibleLeaderReplicas, lastKnownElr };
}

const LED = { leader: 1, isr: [1], eligibleLeaderReplicas: [], lastKnownElr: [] };
const LEADERLESS = { leader: -1, isr: [], eligibleLeaderReplicas: [1], lastKnownElr: [1] };

test("a clean restart of the only broker moves epochs, ISR and ELR as it does in Kafka", () => {
  const cluster = new ExampleCluster();
  cluster.addTopic("t");
  assert.deepEqual(state(cluster), { ...LED, leaderEpoch: 0, partitionEpoch: 0 });
  cluster.decide((context) => decideControlledShutdown(context, 1));
  assert.deepEqual(state(cluster), { ...LEADERLESS, leaderEpoch: 1, partitionEpoch: 1 });
  cluster.decide((context) => decideFence(context, 1));
  assert.ok(cluster.image.brokers.get(1)!.isFenced);
  assert.deepEqual(state(cluster), { ...LEADERLESS, leaderEpoch: 1, partitionEpoch: 1 });
  cluster.addBroker(1);
  assert.deepEqual(state(cluster), { ...LED, leaderEpoch: 2, partitionEpoch: 2 });
});

test("a broker that may have lost data leads again, but as one that has to recover", () => {
  const cluster = new ExampleCluster();
  cluster.addTopic("t");
  cluster.decide((context) => decideFence(context, 1));
  cluster.addBroker(1, { isComplete: false });
  assert.deepEqual(state(cluster), { ...LED, leaderEpoch: 2, partitionEpoch: 3 });
  assert.equal(cluster.image.partition("t", 0)!.leaderRecoveryState, 1);
});

test("another in-sync replica takes over when the leader goes", () => {
  const cluster = new ExampleCluster({ "default.replication.factor": "2" });
  cluster.addBroker(2);
  cluster.addTopic("t");
  cluster.decide((context) => decideFence(context, 1));
  const partition = cluster.image.partition("t", 0)!;
  assert.deepEqual([partition.leader, partition.leaderEpoch, partition.isr], [2, 1, [2]]);
});

test("a broker's epoch is the offset of its registration", () => {
  const cluster = new ExampleCluster();
  const first = cluster.image.brokers.get(1)!.epoch;
  const next = cluster.context().nextOffset;
  cluster.addBroker(1);
  assert.deepEqual(
    [cluster.image.brokers.get(1)!.epoch > first, cluster.image.brokers.get(1)!.epoch],
    [true, next],
  );
});

test("producer ids are handed out in blocks that never overlap", () => {
  const cluster = new ExampleCluster();
  const blocks = [1, 2].map(() => cluster.decide((context) => decideProducerIdBlock(context, 1)));
  assert.deepEqual(blocks, [
    { first: 0, size: 1000 },
    { first: 1000, size: 1000 },
  ]);
});

test("a snapshot's records, written and read, give the same image", () => {
  const cluster = new ExampleCluster();
  cluster.addTopic("t", 3, { "retention.ms": "5" });
  cluster.addTopic("a.b");
  cluster.decide((context) => decideProducerIdBlock(context, 1));
  cluster.decide((context) => decideControlledShutdown(context, 1));
  const copy = new ClusterImage();
  for (const record of imageRecords(cluster.image)) {
    copy.apply(decodeMetadataRecord(encodeMetadataRecord(record, METADATA_VERSION)));
  }
  assert.deepEqual([...imageRecords(copy)], [...imageRecords(cluster.image)]);
  assert.equal(copy.partitionCount, cluster.image.partitionCount);
  assert.equal(copy.collidingTopic("a_b"), "a.b");
});
