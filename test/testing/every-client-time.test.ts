import assert from "node:assert/strict";
import { test } from "node:test";
import { startMillrace, type TestBroker } from "../../src/testing/index.ts";
import { until } from "./clients.ts";
import { foreignClients, SESSION_TIMEOUT_MS } from "./foreign-clients.ts";

/* Each kind of time travel with each foreign client: what comes of it for the client stands in the title. */

const DAY_MS = 86_400_000;

async function valuesOf(broker: TestBroker): Promise<(string | null)[]> {
  return (await broker.records("orders")).map(({ value }) => value);
}

const isStable = async (broker: TestBroker): Promise<boolean> =>
  (await broker.group("billing")).state === "Stable";

const hasCommittedAll = async (broker: TestBroker): Promise<boolean> =>
  (await broker.group("billing")).offsets[0]?.lag === 0;

async function heartbeatOf(broker: TestBroker, clientId: string): Promise<void> {
  const count = (): number => broker.requests({ api: "Heartbeat", clientId }).length;
  const before = count();
  await until(() => count() > before);
}

for (const client of foreignClients) {
  const { name, skip } = client;

  test(
    `retention: a consumer of ${name} that comes after a week finds the young record only`,
    { skip },
    async () => {
      const config = { "retention.ms": 7 * DAY_MS, "segment.ms": DAY_MS };
      await using broker = await startMillrace({ topics: [{ name: "orders", config }] });
      await using producer = await client.producer(broker);
      await producer.send({ value: "old" });
      await broker.advance("2d");
      await producer.send({ value: "young", timestampMs: broker.now() });
      await broker.advance("6d");
      await using reader = await client.consumer(broker, { topic: "orders", groupId: "billing" });
      await until(() => reader.values.length > 0);
      assert.deepEqual(reader.values, ["young"]);
    },
  );

  test(
    `compaction lag: a consumer of ${name} finds a key's last value once the others are old enough`,
    { skip },
    async () => {
      const config = {
        "cleanup.policy": "compact",
        "min.compaction.lag.ms": 3_600_000,
        "max.compaction.lag.ms": 7_200_000,
        "segment.ms": 60_000,
      };
      await using broker = await startMillrace({ topics: [{ name: "orders", config }] });
      await using producer = await client.producer(broker);
      for (const value of ["first", "second"]) await producer.send({ key: "42", value });
      await broker.advance("2m");
      await producer.send({ key: "43", value: "other", timestampMs: broker.now() });
      await broker.advance("30m");
      assert.deepEqual(await valuesOf(broker), ["first", "second", "other"]);
      await broker.advance("4h");
      await using reader = await client.consumer(broker, { topic: "orders", groupId: "billing" });
      await until(() => reader.values.includes("other"));
      assert.deepEqual(reader.values, ["second", "other"]);
    },
  );

  test(`session timeout: a consumer of ${name} is put out, joins again and reads on`, { skip }, async () => {
    await using broker = await startMillrace({ topics: ["orders"] });
    await using reader = await client.consumer(broker, {
      topic: "orders",
      groupId: "billing",
      clientId: "shop",
    });
    await until(() => isStable(broker));
    await broker.advance(SESSION_TIMEOUT_MS + 1_000);
    const { timeline } = await broker.group("billing");
    assert.ok(
      timeline.some(({ text }) => /is out: no heartbeat within its session timeout of 6000 ms/.test(text)),
      timeline.map(({ text }) => text).join("\n"),
    );
    await using producer = await client.producer(broker);
    await producer.send({ value: "after" });
    await until(() => reader.values.includes("after"));
    await until(() => isStable(broker));
  });

  test(
    `offset expiry: a consumer of ${name} that stayed away too long begins at the start again`,
    { skip },
    async () => {
      await using broker = await startMillrace({
        topics: [{ name: "orders", config: { "retention.ms": -1 } }],
      });
      await using producer = await client.producer(broker);
      await producer.send({ value: "one" });
      {
        await using reader = await client.consumer(broker, { topic: "orders", groupId: "billing" });
        await until(() => hasCommittedAll(broker));
        assert.deepEqual(reader.values, ["one"]);
      }
      await broker.advance("8d");
      await using reader = await client.consumer(broker, { topic: "orders", groupId: "billing" });
      await until(() => reader.values.length > 0);
      assert.deepEqual(reader.values, ["one"]);
    },
  );

  const does = client.rejoinsWhileBusy
    ? "joins the next generation while its application is busy"
    : "is put out while its application is busy for too long, and another gets the record";
  test(`rebalance timeout: a consumer of ${name} ${does}`, { skip }, async () => {
    await using broker = await startMillrace({ topics: ["orders"] });
    await using producer = await client.producer(broker);
    const work = Promise.withResolvers<void>();
    const rebalancing = {
      topic: "orders",
      groupId: "billing",
      rebalanceTimeoutMs: SESSION_TIMEOUT_MS,
      // Without heartbeats the session would be over as well.
      sessionTimeoutMs: client.heartbeatsWhileBusy ? SESSION_TIMEOUT_MS : 30_000,
    };
    const onValue = (): Promise<void> => work.promise;
    await using first = await client.consumer(broker, { ...rebalancing, clientId: "busy", onValue });
    await producer.send({ value: "one" });
    await until(() => first.values.length === 1);
    const joining = client.consumer(broker, { ...rebalancing, clientId: "idle" });
    try {
      const texts = async (): Promise<string> =>
        (await broker.group("billing")).timeline.map(({ text }) => text).join("\n");
      await until(async () => /member idle\S+ joins/.test(await texts()));
      if (client.rejoinsWhileBusy) {
        await until(async () => /generation 2 begins with 2 members/.test(await texts()));
        return;
      }
      // Confluent's client asks for twice the rebalance timeout that it was given.
      for (let step = 0; step < 2; step += 1) {
        await broker.advance("4s");
        if (client.heartbeatsWhileBusy) await heartbeatOf(broker, "busy");
      }
      await broker.advance("5s");
      await until(async () => /generation 2 begins with 1 member/.test(await texts()));
      assert.match(
        await texts(),
        /member busy\S+ is out: it did not join again within the rebalance timeout/,
      );
      const second = await joining;
      await until(() => second.values.includes("one"));
    } finally {
      work.resolve();
      await (await joining)[Symbol.asyncDispose]();
    }
  });
}
