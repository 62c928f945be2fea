import assert from "node:assert/strict";
import test from "node:test";
import { brokerProgram } from "../../sim/scenario/broker-program.ts";
import { World } from "../../sim/world.ts";
import { Admin } from "./admin.ts";
import { BatchError } from "./admin-batch.ts";
import { KafkaError } from "../client-error.ts";

/* The admin on our broker, in virtual time. */

async function scene(): Promise<{ world: World; admin: Admin; run: World["complete"] }> {
  const world = new World(1);
  await world.complete(brokerProgram.start(world.machine("broker").boot()));
  const env = world.machine("client").boot();
  const admin = new Admin({
    bootstrapServers: "broker:9092",
    env,
    requestTimeoutMs: 3_000,
    apiTimeoutMs: 20_000,
  });
  return { world, admin, run: async (promise) => await world.complete(promise) };
}

test("topics are created with what was asked for, described, grown and deleted", async () => {
  const { admin, run } = await scene();
  const created = await run(
    admin.createTopics([
      "plain",
      { name: "big", partitions: 3, configs: { "retention.ms": "1000" } },
      { name: "placed", assignments: [[1], [1]] },
    ]),
  );
  assert.deepEqual(
    created.map(({ name, partitions, replicationFactor }) => [name, partitions, replicationFactor]),
    [
      ["plain", 1, 1],
      ["big", 3, 1],
      ["placed", 2, 1],
    ],
  );
  assert.deepEqual(
    (await run(admin.listTopics())).map(({ name }) => name),
    ["big", "placed", "plain"],
  );
  await run(admin.createPartitions([{ topic: "plain", count: 4 }]));
  const [plain, big] = await run(admin.describeTopics(["plain", "big"]));
  assert.deepEqual([plain!.partitions.length, big!.topicId], [4, created[1]!.topicId]);
  await run(admin.deleteTopics(["plain", "placed"]));
  assert.deepEqual(
    (await run(admin.listTopics())).map(({ name }) => name),
    ["big"],
  );
  await assert.rejects(run(admin.describeTopics(["plain"])), {
    code: "UNKNOWN_TOPIC_OR_PARTITION",
    message: 'Cannot describe topic "plain": UNKNOWN_TOPIC_OR_PARTITION',
  });
});

test("with validateOnly nothing changes, and what would be refused is refused", async () => {
  const { admin, run } = await scene();
  const validateOnly = true;
  await run(admin.createTopics(["t"], { validateOnly }));
  assert.deepEqual(await run(admin.listTopics()), []);
  await run(admin.createTopics(["t"]));
  await run(admin.createPartitions([{ topic: "t", count: 2 }], { validateOnly }));
  await run(
    admin.alterConfigs([{ kind: "topic", name: "t", changes: { "retention.ms": "5" } }], { validateOnly }),
  );
  assert.equal((await run(admin.describeTopics(["t"])))[0]!.partitions.length, 1);
  const refused = admin.createTopics([{ name: "t" }], { validateOnly });
  await assert.rejects(run(refused), { code: "TOPIC_ALREADY_EXISTS" });
});

test("of several things, those that can be done are done and the others are named", async () => {
  const { admin, run } = await scene();
  await run(admin.createTopics(["old"]));
  const creating = run(admin.createTopics(["new", "old", "not/a/name"]));
  const error = await creating.catch((caught: unknown) => caught);
  assert.ok(error instanceof BatchError);
  assert.match(error.message, /^2 of 3 failed: .*"old": TOPIC_ALREADY_EXISTS.*"not\/a\/name": INVALID_TOPIC/);
  assert.deepEqual(
    error.errors.map((each) => (each instanceof KafkaError ? each.code : each)),
    ["TOPIC_ALREADY_EXISTS", "INVALID_TOPIC_EXCEPTION"],
  );
  assert.deepEqual(
    (await run(admin.listTopics())).map(({ name }) => name),
    ["new", "old"],
  );
});

test("configurations are set, added to and taken back, one resource as well as several", async () => {
  const { admin, run } = await scene();
  await run(admin.createTopics(["t"]));
  const topic = { kind: "topic", name: "t" } as const;
  const broker = { kind: "broker", name: "1" } as const;
  const valueOf = async (key: string): Promise<string> => {
    const [entries] = await run(admin.describeConfigs([topic, broker]));
    const { value, source } = entries!.find(({ name }) => name === key)!;
    return `${value} (${source})`;
  };
  await run(
    admin.alterConfigs([{ ...topic, changes: { "retention.ms": "1000", "cleanup.policy": "compact" } }]),
  );
  assert.equal(await valueOf("retention.ms"), "1000 (topic)");
  const changes = { "cleanup.policy": { append: "delete" }, "retention.ms": null };
  await run(admin.alterConfigs([{ ...topic, changes }]));
  assert.equal(await valueOf("cleanup.policy"), "compact,delete (topic)");
  assert.equal(await valueOf("retention.ms"), "604800000 (default)");
  await run(admin.alterConfigs([{ ...topic, changes: { "cleanup.policy": { subtract: "compact" } } }]));
  assert.equal(await valueOf("cleanup.policy"), "delete (topic)");
  const wrong = admin.alterConfigs([{ ...topic, changes: { "retention.ms": "soon" } }]);
  await assert.rejects(run(wrong), /change the configuration of topic "t": INVALID_CONFIG/);
});

test("a group's offsets are set, looked at with their lag, moved and forgotten", async () => {
  const { admin, run } = await scene();
  await run(admin.createTopics([{ name: "t", partitions: 2 }]));
  const at = (partition: number, offset: number) => ({ topic: "t", partition, offset });
  await run(admin.alterGroupOffsets("g", [at(0, 0), at(1, 7)]));
  assert.deepEqual(await run(admin.groupOffsets("g")), [
    { ...at(0, 0), endOffset: 0, lag: 0 },
    { ...at(1, 7), endOffset: 0, lag: 0 },
  ]);
  assert.deepEqual(await run(admin.resetGroupOffsets("g", "latest", { validateOnly: true })), [
    at(0, 0),
    at(1, 0),
  ]);
  const partitions = [{ topic: "t", partition: 1 }];
  await run(admin.resetGroupOffsets("g", { timestamp: 1 }, { partitions }));
  assert.deepEqual(
    (await run(admin.groupOffsets("g"))).map(({ offset }) => offset),
    [0, 0],
  );
  await run(admin.resetGroupOffsets("g", { offset: 3 }, { partitions }));
  assert.deepEqual(
    (await run(admin.groupOffsets("g"))).map(({ offset }) => offset),
    [0, 3],
  );
  await run(admin.deleteGroupOffsets("g", partitions));
  assert.deepEqual(
    (await run(admin.groupOffsets("g"))).map(({ partition }) => partition),
    [0],
  );
});

test("groups are listed, described and deleted; one that is not there is Dead", async () => {
  const { admin, run } = await scene();
  await run(admin.createTopics(["t"]));
  await run(admin.alterGroupOffsets("g", [{ topic: "t", partition: 0, offset: 0 }]));
  assert.deepEqual(
    (await run(admin.listGroups())).map(({ groupId, state }) => `${groupId} ${state}`),
    ["g Empty"],
  );
  assert.deepEqual(await run(admin.listGroups({ states: ["Stable"] })), []);
  const described = await run(admin.describeGroups(["g", "nobody"]));
  assert.deepEqual(
    described.map(({ state, members }) => [state, members]),
    [
      ["Empty", []],
      ["Dead", []],
    ],
  );
  await run(admin.deleteGroups(["g"]));
  assert.deepEqual(await run(admin.listGroups()), []);
  await assert.rejects(run(admin.deleteGroups(["g"])), { code: "GROUP_ID_NOT_FOUND" });
});

test("the cluster, its directories and offsets can be looked at, records deleted and leaders elected", async () => {
  const { admin, run } = await scene();
  await run(admin.createTopics(["t"]));
  const { brokers, clusterId } = await run(admin.describeCluster());
  assert.deepEqual(brokers, [{ nodeId: 1, host: "broker", port: 9092, rack: null }]);
  assert.match(String(clusterId), /^[\w-]{22}$/);
  const [directory] = await run(admin.describeLogDirs());
  assert.equal(directory!.path, "/data");
  assert.deepEqual(
    directory!.partitions.filter(({ topic }) => topic === "t"),
    [{ topic: "t", partition: 0, sizeBytes: 0, lag: 0, isFuture: false }],
  );
  const place = { topic: "t", partition: 0 };
  const found = await run(admin.listOffsets([{ ...place, at: "latest" }]));
  assert.deepEqual(found, [{ ...place, offset: 0, timestamp: -1, leaderEpoch: 0 }]);
  const nowhere = admin.listOffsets([{ topic: "no", partition: 0, at: "earliest" }]);
  await assert.rejects(run(nowhere), { code: "UNKNOWN_TOPIC_OR_PARTITION" });
  assert.equal(admin.client.metrics.retries, 0);
  assert.deepEqual(await run(admin.deleteRecords([{ ...place, offset: -1 }])), [
    { ...place, startOffset: 0 },
  ]);
  await assert.rejects(run(admin.deleteRecords([{ ...place, offset: 9 }])), { code: "OFFSET_OUT_OF_RANGE" });
  await run(admin.electLeaders("preferred", [place]));
  const electing = admin.electLeaders("preferred", [{ topic: "no", partition: 0 }]);
  await assert.rejects(run(electing), /elect a leader of no-0: UNKNOWN_TOPIC_OR_PARTITION/);
});

test("an admin closes its own connections and leaves alone those it was given", async () => {
  const { admin, run } = await scene();
  const guest = new Admin({ client: admin.client });
  await run(guest.listTopics());
  await run(guest.close());
  assert.equal(admin.client.metrics.connections, 1);
  await run(admin[Symbol.asyncDispose]());
  assert.equal(admin.client.metrics.connections, 0);
  await assert.rejects(run(admin.listTopics()), { kind: "ended" });
});
