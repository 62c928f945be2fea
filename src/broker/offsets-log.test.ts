import assert from "node:assert/strict";
import test from "node:test";
import { KafkaLink } from "../sim/scenario/kafka-link.ts";
import { brokerProgram } from "../sim/scenario/broker-program.ts";
import { World } from "../sim/world.ts";
import { errorName } from "../tables/errors.ts";
import { encodeSubscription } from "../wire/kafka/consumer-protocol.ts";
import { FindCoordinator, JoinGroup, SyncGroup } from "../wire/kafka/messages/index.ts";

const GROUP = "g";
/** The last version that makes a member of whoever comes without an id. */
const JOIN_VERSION = 3;

async function find(link: KafkaLink): Promise<string> {
  const body = { key: GROUP, keyType: 0, coordinatorKeys: [GROUP] };
  return errorName((await link.call(FindCoordinator, 3, body)).errorCode);
}

async function join(link: KafkaLink) {
  const protocols = [{ name: "range", metadata: encodeSubscription(0, { topics: ["t"] }) }];
  return await link.call(JoinGroup, JOIN_VERSION, {
    groupId: GROUP,
    sessionTimeoutMs: 10_000,
    rebalanceTimeoutMs: 10_000,
    memberId: "",
    protocolType: "consumer",
    protocols,
  });
}

async function sync(link: KafkaLink, { memberId, generationId }: Awaited<ReturnType<typeof join>>) {
  const assignments = [{ memberId, assignment: Buffer.from("all") }];
  const synced = await link.call(SyncGroup, 3, { groupId: GROUP, memberId, generationId, assignments });
  return errorName(synced.errorCode);
}

test("a coordinator whose disk failed tells nobody of the group that it could not write", async () => {
  const world = new World(1);
  const machine = world.machine("broker");
  await world.complete(brokerProgram.start(machine.boot()));
  const client = world.machine("client").boot();
  const link = await world.complete(KafkaLink.connect(client, { host: "broker", port: 9092 }));
  while ((await world.complete(find(link))) !== "NONE") await world.scheduler.runFor(100);
  await world.scheduler.runFor(1000);

  const joined = await world.complete(join(link));
  machine.image.faults.syncFailure = 1;
  assert.equal(await world.complete(sync(link, joined)), "NOT_COORDINATOR");
  machine.image.faults.syncFailure = 0;

  // By now it has tried to read its log again, in which the group can be seen.
  await world.scheduler.runFor(3000);
  assert.match(await world.complete(sync(link, joined)), /^(COORDINATOR_LOAD_IN_PROGRESS|NOT_COORDINATOR)$/);
});
