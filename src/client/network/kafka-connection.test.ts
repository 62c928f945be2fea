import assert from "node:assert/strict";
import test from "node:test";
import { ScriptedBroker } from "../../../test/support/scripted-broker.ts";
import { World } from "../../sim/world.ts";
import { Metadata } from "../../wire/kafka/messages/03-metadata.ts";
import { Heartbeat } from "../../wire/kafka/messages/12-heartbeat.ts";
import { LeaveGroup } from "../../wire/kafka/messages/13-leave-group.ts";
import { ApiVersions } from "../../wire/kafka/messages/18-api-versions.ts";
import { readRequestHeader } from "../../wire/kafka/headers.ts";
import { Reader } from "../../wire/kafka/reader.ts";
import { encodeResponse } from "../../wire/kafka/schema.ts";
import { Writer } from "../../wire/kafka/writer.ts";
import { FrameSplitter } from "./frame-splitter.ts";
import { KafkaConnection } from "./kafka-connection.ts";

const address = { host: "broker", port: 9092 };
const options = { clientId: "test", requestTimeoutMs: 1_000 };
const beat = (memberId: string): { groupId: string; generationId: number; memberId: string } => ({
  groupId: "g",
  generationId: 1,
  memberId,
});

async function connected(prepare: (broker: ScriptedBroker) => void): Promise<[World, KafkaConnection]> {
  const world = new World(1);
  const broker = new ScriptedBroker();
  prepare(broker);
  await world.complete(broker.start(world.machine("broker").boot()));
  const env = world.machine("client").boot();
  return [world, await world.complete(KafkaConnection.open(env, address, options))];
}

test("requests are pipelined, and each gets its own answer", async () => {
  const seen: string[] = [];
  const [world, connection] = await connected((broker) =>
    broker.on(Heartbeat, ({ memberId }) => {
      seen.push(memberId);
      return { throttleTimeMs: 0, errorCode: Number(memberId) };
    }),
  );
  const answers = ["1", "2", "3"].map(
    async (id) => (await connection.request(Heartbeat, beat(id))).errorCode,
  );
  assert.deepEqual(await world.complete(Promise.all(answers)), [1, 2, 3]);
  assert.deepEqual(seen, ["1", "2", "3"]);
});

test("no answer in time ends the connection and fails all that wait on it", async () => {
  const [world, connection] = await connected((broker) => broker.on(Heartbeat, () => null));
  const waiting = [connection.request(Heartbeat, beat("1")), connection.request(Heartbeat, beat("2"))];
  const outcomes = await world.complete(Promise.allSettled(waiting));
  for (const outcome of outcomes) {
    assert.equal(outcome.status, "rejected");
    assert.match(String(outcome.reason), /did not answer Heartbeat in time/);
  }
  assert.equal(connection.isOpen, false);
});

test("a request that the broker holds on purpose gets so much more time", async () => {
  const [world, connection] = await connected((broker) => broker.on(Heartbeat, () => null));
  const startedMs = world.scheduler.nowMs;
  await assert.rejects(world.complete(connection.request(Heartbeat, beat("1"), { heldMs: 5_000 })));
  assert.ok(world.scheduler.nowMs - startedMs >= 6_000);
});

test("an API that the broker lacks is refused without asking", async () => {
  const [world, connection] = await connected(() => {});
  assert.equal(connection.supports(Metadata), true);
  const asked = connection.request(LeaveGroup, { groupId: "g", members: [] });
  await assert.rejects(world.complete(asked), /The broker at broker:9092 does not have LeaveGroup/);
});

test("the newest version that both sides have is used, and no newer than the caller knows", async () => {
  const world = new World(1);
  const broker = new ScriptedBroker();
  const apiKeys = [{ apiKey: Metadata.key, minVersion: 0, maxVersion: 99 }];
  broker.on(ApiVersions, () => ({ errorCode: 0, apiKeys }));
  await world.complete(broker.start(world.machine("broker").boot()));
  const env = world.machine("client").boot();
  const connection = await world.complete(KafkaConnection.open(env, address, options));
  const metadata = await world.complete(connection.request(Metadata, { topics: [] }, { versionMax: 1 }));
  assert.equal(metadata.clusterId, null, "version 1 has no cluster id");
});

test("a connection that is closed by its owner fails what waits", async () => {
  const [world, connection] = await connected((broker) => broker.on(Heartbeat, () => null));
  const waiting = connection.request(Heartbeat, beat("1"));
  connection.close();
  await assert.rejects(world.complete(waiting), /closed by its owner/);
});

/** A broker that knows ApiVersions in these versions only, and answers others as Kafka does: in version 0's layout. */
async function openTo(
  range: readonly [number, number],
  listed: readonly ApiRange[],
): Promise<KafkaConnection> {
  const world = new World(1);
  const listening = world
    .machine("broker")
    .boot()
    .network.listen(address, (connection) => {
      const frames = new FrameSplitter(1_000);
      const answer = (frame: Buffer): void => {
        const { apiVersion, correlationId } = readRequestHeader(new Reader(frame));
        const isKnown = apiVersion >= range[0] && apiVersion <= range[1];
        const [errorCode, apiKeys] = isKnown ? [0, listed] : [35, [rangeOf(ApiVersions, range)]];
        const writer = new Writer();
        writer.int32(correlationId);
        encodeResponse(ApiVersions, isKnown ? apiVersion : 0, writer, { errorCode, apiKeys: [...apiKeys] });
        const size = Buffer.alloc(4);
        size.writeInt32BE(writer.length);
        connection.write([size, ...writer.finish()]);
      };
      connection.start({
        onData: (chunk) => frames.push(chunk).forEach(answer),
        onDrain() {},
        onClose() {},
      });
    });
  await world.complete(listening);
  return await world.complete(KafkaConnection.open(world.machine("client").boot(), address, options));
}

interface ApiRange {
  readonly apiKey: number;
  readonly minVersion: number;
  readonly maxVersion: number;
}

function rangeOf(api: { key: number }, [minVersion, maxVersion]: readonly [number, number]): ApiRange {
  return { apiKey: api.key, minVersion, maxVersion };
}

test("a broker that refuses our first ApiVersions is asked again in a version that it has", async () => {
  for (const range of [
    [0, 2],
    [4, 9],
  ] as const) {
    const connection = await openTo(range, [rangeOf(Heartbeat, [0, 4])]);
    assert.deepEqual([connection.supports(Heartbeat), connection.supports(Metadata)], [true, false]);
  }
});

test("a broker whose versions are all too new is refused with both ranges", async () => {
  await assert.rejects(openTo([7, 9], []), {
    kind: "unsupported",
    message: /has ApiVersions in versions 7 to 9, and this client needs one of 0 to 4/,
  });
  const connection = await openTo([0, 4], [rangeOf(Heartbeat, [8, 9])]);
  await assert.rejects(connection.request(Heartbeat, beat("1")), {
    kind: "unsupported",
    message:
      "The broker at broker:9092 has Heartbeat in versions 8 to 9, and this client needs one of 0 to 4",
  });
});
