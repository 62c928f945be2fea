import assert from "node:assert/strict";
import test from "node:test";
import { decideCreateTopics } from "../core/cluster/create-topics.ts";
import { imageRecords } from "../core/cluster/image-records.ts";
import type { Env } from "../ports/env.ts";
import { World } from "../sim/world.ts";
import { cleanShutdownEpoch } from "./clean-shutdown.ts";
import { effectiveConfig } from "./config.ts";
import { Controller } from "./controller.ts";
import { LogStore } from "./log/log-store.ts";
import { metadataLogConfig, openMetadataLog } from "./metadata-log.ts";

const DATA = "/data";

interface Node {
  readonly env: Env;
  readonly logs: LogStore;
  readonly controller: Controller;
}

/** What a broker does at its start, as far as the metadata goes. */
async function startNode(env: Env, settings: Readonly<Record<string, string>> = {}): Promise<Node> {
  const { config } = effectiveConfig({ set: settings });
  const shutdownEpoch = cleanShutdownEpoch(env.disk, [DATA]);
  const configFor = () => metadataLogConfig(config);
  const logs = await LogStore.open(env, { directories: [DATA], nodeId: 1, clusterId: null, configFor });
  const endpoints = [{ name: "CONTROLLER", host: "localhost", port: 9093 }];
  const { log, directoryId } = await openMetadataLog(env, logs, { config, nodeId: 1, endpoints });
  const controller = await Controller.start({
    env,
    config,
    nodeId: 1,
    directoryId,
    log,
    endpoints,
    deleteRecordsBefore: (offset) => log.deleteRecordsBefore(offset),
    onFailure: (error) => assert.fail(error),
  });
  await controller.registerBroker({
    endpoints: [{ name: "PLAINTEXT", host: "localhost", port: 9092, securityProtocol: 0 }],
    rack: null,
    logDirs: [directoryId],
    cleanShutdownEpoch: shutdownEpoch,
  });
  await controller.unfenceBroker();
  return { env, logs, controller };
}

async function stopNode({ controller, logs }: Node): Promise<void> {
  const brokerEpoch = await controller.shutDownBroker();
  await controller.close();
  await logs.close({ brokerEpoch });
}

function createTopics(controller: Controller, names: readonly string[]) {
  const topics = names.map((name) => ({
    name,
    numPartitions: 1,
    replicationFactor: 1,
    assignments: [],
    configs: [],
  }));
  return controller.changeWithin(1000, (context) =>
    decideCreateTopics(context, { topics, timeoutMs: 1000, validateOnly: false }),
  );
}

function scene(seed: number) {
  const world = new World(seed);
  const machine = world.machine("node");
  return { world, machine };
}

test("a new node formats its directory, registers and leads", async () => {
  const { world, machine } = scene(1);
  const { env, controller } = await world.complete(startNode(machine.boot()));
  assert.equal(controller.cluster.metadataVersion, 30);
  assert.equal(controller.cluster.isElrEnabled, true);
  const broker = controller.cluster.brokers.get(1)!;
  assert.equal(broker.isFenced, false);
  assert.equal(controller.quorum.leaderEpoch, 1);
  const names = env.disk.list(`${DATA}/__cluster_metadata-0`).map(({ name }) => name);
  for (const name of ["quorum-state", "partition.metadata", "00000000000000000000-0000000000.checkpoint"]) {
    assert.ok(names.includes(name), name);
  }
  assert.ok(env.disk.list(DATA).some(({ name }) => name === "bootstrap.checkpoint"));
});

test("a change is answered once it is committed and everybody has seen it", async () => {
  const { world, machine } = scene(2);
  const { controller } = await world.complete(startNode(machine.boot()));
  const seen: string[] = [];
  controller.onChange((change) => seen.push(...change.createdTopics.map(({ name }) => name)));
  const answer = await world.complete(createTopics(controller, ["a", "b"]));
  assert.deepEqual(
    answer!.topics.map(({ errorCode }) => errorCode),
    [0, 0],
  );
  assert.deepEqual(seen, ["a", "b"]);
  assert.deepEqual([...controller.cluster.topics.keys()], ["a", "b"]);
});

test("requests in flight at once see each other's effects", async () => {
  const { world, machine } = scene(3);
  const { controller } = await world.complete(startNode(machine.boot()));
  const both = Promise.all([createTopics(controller, ["a"]), createTopics(controller, ["a"])]);
  const codes = (await world.complete(both)).map((answer) => answer!.topics[0]!.errorCode);
  assert.deepEqual(codes, [0, 36]);
});

test("a change without time is not begun", async () => {
  const { world, machine } = scene(4);
  const { controller } = await world.complete(startNode(machine.boot()));
  const answer = controller.changeWithin(0, (context) =>
    decideCreateTopics(context, { topics: [], timeoutMs: 0, validateOnly: false }),
  );
  assert.equal(await world.complete(answer), null);
});

test("what was committed survives a power cut, in a later epoch", async () => {
  for (let seed = 10; seed < 30; seed += 1) {
    const { world, machine } = scene(seed);
    const { controller } = await world.complete(startNode(machine.boot()));
    await world.complete(createTopics(controller, ["a"]));
    const lost = createTopics(controller, ["b"]).catch(() => null);
    machine.cutPower({ keep: 1, lose: 1, tear: 1 });
    void lost;
    const again = (await world.complete(startNode(machine.boot()))).controller;
    assert.ok(again.cluster.topics.has("a"), `seed ${seed}`);
    assert.equal(again.quorum.leaderEpoch, 2);
    const partition = again.cluster.partition("a", 0)!;
    assert.deepEqual([partition.leader, partition.leaderEpoch, partition.isr], [1, 2, [1]]);
    assert.deepEqual(
      [...again.cluster.topics.keys()].filter((name) => name !== "b"),
      ["a"],
    );
  }
});

test("a clean restart gives the same metadata, one registration later", async () => {
  const { world, machine } = scene(5);
  const env = machine.boot();
  const first = await world.complete(startNode(env));
  await world.complete(createTopics(first.controller, ["a", "b"]));
  const topics = JSON.stringify(
    [...first.controller.cluster.topics.values()].map(({ name, id }) => [name, id]),
  );
  const epoch = first.controller.cluster.brokers.get(1)!.epoch;
  await world.complete(stopNode(first));
  assert.equal(cleanShutdownEpoch(env.disk, [DATA]), epoch);
  const { controller } = await world.complete(startNode(env));
  const topicsAgain = [...controller.cluster.topics.values()].map(({ name, id }) => [name, id]);
  assert.equal(JSON.stringify(topicsAgain), topics);
  assert.ok(controller.cluster.brokers.get(1)!.epoch > epoch);
});

test("a long log becomes a snapshot from which the next start goes on", async () => {
  const { world, machine } = scene(6);
  const env = machine.boot();
  const settings = { "metadata.log.max.record.bytes.between.snapshots": "2000" };
  const first = await world.complete(startNode(env, settings));
  for (let round = 0; round < 20; round += 1) {
    await world.complete(createTopics(first.controller, [`topic-${round}`]));
  }
  await world.complete(stopNode(first));
  const names = env.disk.list(`${DATA}/__cluster_metadata-0`).map(({ name }) => name);
  const snapshots = names.filter((name) => name.endsWith(".checkpoint"));
  assert.equal(snapshots.length, 1);
  assert.ok(Number(snapshots[0]!.slice(0, 20)) > 40);
  const expected = [...imageRecords(first.controller.cluster)].filter(({ name }) => name === "TopicRecord");
  const { controller } = await world.complete(startNode(env, settings));
  const topics = [...imageRecords(controller.cluster)].filter(({ name }) => name === "TopicRecord");
  assert.deepEqual(topics, expected);
});

test("a full disk refuses a change, and the next one is decided as if it never was", async () => {
  const { world, machine } = scene(7);
  const { controller } = await world.complete(startNode(machine.boot()));
  const { faults } = machine.image;
  const { capacityBytes } = faults;
  faults.capacityBytes = 0;
  await assert.rejects(world.complete(createTopics(controller, ["a"])), { name: "StorageError" });
  faults.capacityBytes = capacityBytes;
  await world.scheduler.runFor(10_000);
  const answer = await world.complete(createTopics(controller, ["a"]));
  assert.equal(answer!.topics[0]!.errorCode, 0);
});

test("a damaged quorum state stops the node with the file's name", async () => {
  const { world, machine } = scene(8);
  const env = machine.boot();
  await world.complete(stopNode(await world.complete(startNode(env))));
  env.disk.writeFile(`${DATA}/__cluster_metadata-0/quorum-state`, Buffer.from("{"));
  await assert.rejects(world.complete(startNode(env)), /quorum-state" is damaged/);
});
