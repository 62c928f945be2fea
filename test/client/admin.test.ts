import assert from "node:assert/strict";
import { BatchError, KafkaError } from "../../src/client/index.ts";
import { until } from "../support/processes.ts";
import { kafka, millrace, onEach } from "./clusters.ts";

const both = [millrace, kafka];

onEach(both, "topics are created, described, grown and deleted", async ({ admin, topic }) => {
  const other = `${topic}-placed`;
  const configs = { "retention.ms": "1000" };
  const created = await admin.createTopics([
    { name: topic, partitions: 3, configs },
    { name: other, assignments: [[1], [1]] },
  ]);
  assert.deepEqual(
    created.map(({ name, partitions, replicationFactor }) => [name, partitions, replicationFactor]),
    [
      [topic, 3, 1],
      [other, 2, 1],
    ],
  );
  const [described] = await admin.describeTopics([topic]);
  assert.deepEqual(
    described!.partitions.map(({ partition, leaderId, isr }) => [partition, leaderId, isr]),
    [0, 1, 2].map((partition) => [partition, 1, [1]]),
  );
  assert.equal(described!.topicId, created[0]!.topicId);
  await admin.createPartitions([{ topic, count: 5 }]);
  await admin.deleteTopics([other]);
  const names = (await admin.listTopics()).map(({ name }) => name);
  assert.deepEqual([names.includes(topic), names.includes(other)], [true, false]);
});

onEach(both, "what is refused is refused by Kafka's name for it", async ({ admin, topic }) => {
  await admin.createTopics([topic]);
  const creating = admin.createTopics([topic, "not/a/name", `${topic}-new`]);
  const error = await creating.catch((caught: unknown) => caught);
  assert.ok(error instanceof BatchError, String(error));
  const codes = error.errors.map((each) => (each instanceof KafkaError ? each.code : each));
  assert.deepEqual(codes, ["TOPIC_ALREADY_EXISTS", "INVALID_TOPIC_EXCEPTION"]);
  await admin.describeTopics([`${topic}-new`]);
  await assert.rejects(admin.deleteTopics([`${topic}-never`]), { code: "UNKNOWN_TOPIC_OR_PARTITION" });
  await assert.rejects(admin.createPartitions([{ topic, count: 1 }]), { code: "INVALID_PARTITIONS" });
  const wrong = [{ kind: "topic", name: topic, changes: { "retention.ms": "soon" } }] as const;
  await assert.rejects(admin.alterConfigs(wrong), { code: "INVALID_CONFIG" });
  await assert.rejects(admin.deleteRecords([{ topic, partition: 0, offset: 7 }]), {
    code: "OFFSET_OUT_OF_RANGE",
  });
  await assert.rejects(admin.deleteGroups([`${topic}-nobody`]), { code: "GROUP_ID_NOT_FOUND" });
});

onEach(both, "with validateOnly nothing changes", async ({ admin, topic }) => {
  const validateOnly = true;
  await admin.createTopics([topic], { validateOnly });
  const names = (await admin.listTopics()).map(({ name }) => name);
  assert.equal(names.includes(topic), false);
});

onEach(both, "configurations are set, added to and taken back", async ({ admin, topic }) => {
  await admin.createTopics([topic]);
  const resource = { kind: "topic", name: topic } as const;
  const valueOf = async (key: string): Promise<string> => {
    const [entries] = await admin.describeConfigs([resource, { kind: "broker", name: "1" }]);
    const { value, source } = entries!.find(({ name }) => name === key)!;
    return `${value} (${source})`;
  };
  await admin.alterConfigs([
    { ...resource, changes: { "retention.ms": "1000", "cleanup.policy": "compact" } },
  ]);
  assert.equal(await valueOf("retention.ms"), "1000 (topic)");
  const changes = { "retention.ms": null, "cleanup.policy": { append: "delete" } };
  await admin.alterConfigs([{ ...resource, changes }]);
  assert.equal(await valueOf("retention.ms"), "604800000 (default)");
  assert.equal(await valueOf("cleanup.policy"), "compact,delete (topic)");
});

onEach(both, "a group's offsets are set, moved and forgotten", async ({ admin, topic, groupId }) => {
  await admin.createTopics([{ name: topic, partitions: 2 }]);
  const at = (partition: number, offset: number) => ({ topic, partition, offset });
  await admin.alterGroupOffsets(groupId, [at(0, 0), at(1, 7)]);
  assert.deepEqual(await admin.groupOffsets(groupId), [
    { ...at(0, 0), endOffset: 0, lag: 0 },
    { ...at(1, 7), endOffset: 0, lag: 0 },
  ]);
  assert.deepEqual(await admin.resetGroupOffsets(groupId, "earliest"), [at(0, 0), at(1, 0)]);
  await admin.deleteGroupOffsets(groupId, [{ topic, partition: 1 }]);
  assert.deepEqual(
    (await admin.groupOffsets(groupId)).map(({ partition }) => partition),
    [0],
  );
  const listed = (await admin.listGroups({ states: ["Empty"] })).map((group) => group.groupId);
  assert.ok(listed.includes(groupId));
  const described = await admin.describeGroups([groupId, "nobody"]);
  assert.deepEqual(
    described.map(({ state }) => state),
    ["Empty", "Dead"],
  );
  await admin.deleteGroups([groupId]);
});

onEach(
  both,
  "the cluster and its directories are described, leaders are elected",
  async ({ admin, topic }) => {
    await admin.createTopics([{ name: topic, partitions: 2 }]);
    const { brokers } = await admin.describeCluster();
    assert.deepEqual(
      brokers.map(({ nodeId, host }) => [nodeId, host]),
      [[1, "127.0.0.1"]],
    );
    const logs = async (): Promise<string> => {
      const all = (await admin.describeLogDirs()).flatMap(({ partitions }) => partitions);
      const ours = all.filter((log) => log.topic === topic);
      return ours.map(({ partition, sizeBytes, lag }) => `${partition}: ${sizeBytes} ${lag}`).join();
    };
    // A broker has a topic's files a moment after the topic.
    await until("both logs are there", async () => (await logs()) === "0: 0 0,1: 0 0");
    await admin.electLeaders("preferred", [{ topic, partition: 0 }]);
    await assert.rejects(admin.electLeaders("preferred", [{ topic: `${topic}-no`, partition: 0 }]), {
      code: "UNKNOWN_TOPIC_OR_PARTITION",
    });
    const spots = await admin.listOffsets([
      { topic, partition: 0, at: "latest" },
      { topic, partition: 0, at: "max-timestamp" },
      { topic, partition: 0, at: 1_000 },
    ]);
    assert.deepEqual(
      spots.map(({ offset, timestamp }) => [offset, timestamp]),
      [
        [0, -1],
        [-1, -1],
        [-1, -1],
      ],
    );
    const offsets = await admin.listOffsets([
      { topic, partition: 0, at: "earliest" },
      { topic, partition: 1, at: "latest" },
    ]);
    assert.deepEqual(
      offsets.map(({ offset }) => offset),
      [0, 0],
    );
  },
);
