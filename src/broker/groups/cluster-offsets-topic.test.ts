import assert from "node:assert/strict";
import { test } from "node:test";
import type { Decision, DecisionContext } from "../../core/cluster/decision.ts";
import { ExampleCluster } from "../../../test/support/example-cluster.ts";
import { ClusterOffsetsTopic, OFFSETS_TOPIC } from "./cluster-offsets-topic.ts";

function topicOf(cluster: ExampleCluster): ClusterOffsetsTopic {
  async function change<R>(decide: (context: DecisionContext) => Decision<R>): Promise<R> {
    return cluster.decide(decide);
  }
  return new ClusterOffsetsTopic({ config: cluster.config, controller: { cluster: cluster.image, change } });
}

test("the offsets topic is made compacted, as configured, on the brokers that there are", async () => {
  const cluster = new ExampleCluster({ "offsets.topic.num.partitions": "7" });
  const topic = topicOf(cluster);
  assert.deepEqual([topic.partitionCount(), topic.leaderOf(3)], [null, null]);
  assert.equal(await topic.create(), true);
  assert.deepEqual([topic.partitionCount(), topic.leaderOf(3)], [7, 1]);
  assert.deepEqual(cluster.image.partition(OFFSETS_TOPIC, 0)!.replicas, [1]);
  assert.equal(cluster.image.topicConfig(OFFSETS_TOPIC).get("cleanup.policy"), "compact");
});

test("an offsets topic that is there already stays as it is", async () => {
  const topic = topicOf(new ExampleCluster());
  await topic.create();
  assert.equal(await topic.create(), true);
  assert.equal(topic.partitionCount(), 50);
});
