import assert from "node:assert/strict";
import { test } from "node:test";
import { ExampleCluster } from "../../../test/support/example-cluster.ts";
import { OFFSETS_TOPIC } from "../../core/cluster/topic-name.ts";
import type { Controller } from "../controller.ts";
import { TopicCreation } from "../topic-creation.ts";
import type { OffsetsTopic } from "./offsets-partition.ts";
import { offsetsTopic } from "./offsets-topic.ts";

function topicOf(example: ExampleCluster): OffsetsTopic {
  const { image, config } = example;
  const change: Controller["change"] = async (decide) => example.decide(decide);
  const log = { debug() {}, info() {}, warn: assert.fail, error: assert.fail };
  const controller = { cluster: image, change } as Controller;
  const topics = new TopicCreation({ controller, config, log });
  return offsetsTopic({ cluster: image, controller: { topics } as Controller });
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
