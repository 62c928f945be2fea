import assert from "node:assert/strict";
import test from "node:test";
import { ScriptedBroker } from "../../../test/support/scripted-broker.ts";
import { World } from "../../sim/world.ts";
import { CreateTopics } from "../../wire/kafka/messages/19-create-topics.ts";
import { DeleteRecords } from "../../wire/kafka/messages/21-delete-records.ts";
import { Admin } from "./admin.ts";

const NOT_CONTROLLER = 41;
const NOT_LEADER = 6;

async function scene(brokers: readonly ScriptedBroker[]): Promise<{ world: World; admin: Admin }> {
  const world = new World(1);
  for (const broker of brokers) {
    broker.peers = brokers;
    await world.complete(broker.start(world.machine(broker.address.host).boot()));
  }
  const env = world.machine("client").boot();
  const admin = new Admin({ bootstrapServers: "one:9092", env, apiTimeoutMs: 5_000 });
  return { world, admin };
}

test("what fails in passing is sent again, without what was done already", async () => {
  const broker = new ScriptedBroker("one");
  const asked: string[][] = [];
  for (const name of ["a", "b", "c"]) broker.topics.set(name, 1);
  broker.on(CreateTopics, ({ topics }) => {
    asked.push(topics.map(({ name }) => name));
    return {
      throttleTimeMs: 0,
      topics: topics.map(({ name }) => ({
        name,
        topicId: "AAAAAAAAAAAAAAAAAAAAAA",
        errorCode: name === "b" && asked.length < 3 ? NOT_CONTROLLER : 0,
        errorMessage: null,
      })),
    };
  });
  const { world, admin } = await scene([broker]);
  const created = await world.complete(admin.createTopics(["a", "b", "c"]));
  assert.deepEqual(
    created.map(({ name }) => name),
    ["a", "b", "c"],
  );
  assert.deepEqual(asked, [["a", "b", "c"], ["b"], ["b"]]);
  assert.equal(admin.client.metrics.retries, 2);
});

test("what never passes is given up when the call's time is over, with the last error", async () => {
  const broker = new ScriptedBroker("one");
  broker.on(CreateTopics, ({ topics }) => ({
    throttleTimeMs: 0,
    topics: topics.map(({ name }) => ({
      name,
      topicId: "AAAAAAAAAAAAAAAAAAAAAA",
      errorCode: NOT_CONTROLLER,
      errorMessage: null,
    })),
  }));
  const { world, admin } = await scene([broker]);
  const startedMs = world.scheduler.nowMs;
  const creating = admin.createTopics(["a"], { timeoutMs: 2_000 });
  await assert.rejects(world.complete(creating), { code: "NOT_CONTROLLER", isRetriable: true });
  const tookMs = world.scheduler.nowMs - startedMs;
  assert.ok(tookMs > 900 && tookMs <= 2_000, `${tookMs} ms`);
});

test("each broker gets one request for what it leads, and the results keep the caller's order", async () => {
  const brokers = [new ScriptedBroker("one"), new ScriptedBroker("two")];
  const asked: string[] = [];
  for (const broker of brokers) {
    broker.topics.set("t", 4);
    broker.on(DeleteRecords, ({ topics }) => {
      const numbers = topics[0]!.partitions.map(({ partitionIndex }) => partitionIndex);
      asked.push(`${broker.address.host} ${numbers.join()}`);
      const isMoved = asked.length === 1;
      return {
        throttleTimeMs: 0,
        topics: [
          {
            name: "t",
            partitions: topics[0]!.partitions.map(({ partitionIndex, offset }) => ({
              partitionIndex,
              lowWatermark: offset,
              errorCode: isMoved && partitionIndex === numbers[0] ? NOT_LEADER : 0,
            })),
          },
        ],
      };
    });
  }
  const { world, admin } = await scene(brokers);
  const cuts = [3, 0, 1, 2].map((partition) => ({ topic: "t", partition, offset: partition * 10 }));
  const deleted = await world.complete(admin.deleteRecords(cuts));
  assert.deepEqual(
    deleted.map(({ startOffset }) => startOffset),
    [30, 0, 10, 20],
  );
  assert.deepEqual(asked.slice(0, 2).toSorted(), ["one 0,2", "two 3,1"]);
  assert.equal(asked.length, 3);
});
