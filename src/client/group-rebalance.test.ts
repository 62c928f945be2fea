import assert from "node:assert/strict";
import test from "node:test";
import { brokerProgram } from "../sim/scenario/broker-program.ts";
import { World } from "../sim/world.ts";
import { committedOffsets } from "./admin-group-offsets.ts";
import { describeGroups } from "./admin-groups.ts";
import { createTopics } from "./admin-topics.ts";
import { ClusterClient } from "./cluster-client.ts";
import { GroupConsumer } from "./consumer.ts";
import { Producer } from "./producer.ts";

interface Scene {
  readonly world: World;
  readonly newClient: (host: string) => ClusterClient;
}

async function scene(): Promise<Scene> {
  const world = new World(1);
  await world.complete(brokerProgram.start(world.machine("broker").boot()));
  const newClient = (host: string): ClusterClient =>
    new ClusterClient(world.machine(host).boot(), { bootstrapServers: [{ host: "broker", port: 9092 }] });
  await world.complete(createTopics(newClient("admin"), [{ name: "t", partitions: 4 }]));
  return { world, newClient };
}

const quick = { heartbeatMs: 100, sessionTimeoutMs: 6_000, rebalanceTimeoutMs: 6_000 };

function member(client: ClusterClient): GroupConsumer {
  return new GroupConsumer(client, { groupId: "g", topics: ["t"], ...quick }, { waitMsMax: 50 });
}

function partitionsOf(consumer: GroupConsumer): number[] {
  return consumer.assigned().map(({ partition }) => partition);
}

/** Polls all members side by side until `isDone`. */
async function pollUntil(members: readonly GroupConsumer[], isDone: () => boolean): Promise<void> {
  await Promise.all(
    members.map(async (each) => {
      while (!isDone()) await each.poll();
    }),
  );
}

test("two members share the partitions, and the one that stays takes over those of the one that leaves", async () => {
  const { world, newClient } = await scene();
  const [first, second] = [member(newClient("first")), member(newClient("second"))];
  await world.complete(pollUntil([first], () => partitionsOf(first).length === 4));
  await world.complete(
    pollUntil([first, second], () => partitionsOf(first).length === 2 && partitionsOf(second).length === 2),
  );
  assert.deepEqual([...partitionsOf(first), ...partitionsOf(second)].toSorted(), [0, 1, 2, 3]);
  await world.complete(second.close());
  await world.complete(pollUntil([first], () => partitionsOf(first).length === 4));
  await world.complete(first.close());
});

test("a member that dies is missed after its session, and its uncommitted records are read again", async () => {
  const { world, newClient } = await scene();
  const producer = new Producer(newClient("producer"));
  const sent = [0, 1, 2, 3].map(
    async (partition) =>
      await producer.send({ topic: "t", partition, value: Buffer.from(String(partition)) }),
  );
  await world.complete(Promise.all(sent));
  const lost = member(newClient("lost"));
  await world.complete(lost.poll());
  world.machine("lost").kill();

  const seen = new Set<string>();
  const heir = member(newClient("heir"));
  const reading = (async () => {
    while (seen.size < 4) for (const { value } of await heir.poll()) seen.add(value!.toString());
  })();
  await world.complete(reading);
  await world.complete(heir.close());
  const committed = await world.complete(committedOffsets(newClient("observer"), "g"));
  assert.deepEqual(
    committed.map(({ offset }) => offset),
    [1, 1, 1, 1],
  );
});

test("a group that is described shows who reads what", async () => {
  const { world, newClient } = await scene();
  const consumer = member(newClient("reader"));
  await world.complete(pollUntil([consumer], () => partitionsOf(consumer).length === 4));
  const [group] = await world.complete(describeGroups(newClient("observer"), ["g"]));
  assert.equal(group!.state, "Stable");
  assert.deepEqual(group!.members[0]!.assignment, [{ topic: "t", partitions: [0, 1, 2, 3] }]);
  await world.complete(consumer.close());
});
