import assert from "node:assert/strict";
import { test } from "node:test";
import { matchers, startMillrace, type TestBroker } from "../../src/testing/index.ts";
import { consumerOf, kafkajs, producerOf, send, until } from "./clients.ts";

const texts = async (broker: TestBroker): Promise<string[]> =>
  (await broker.group("billing")).timeline.map(({ text }) =>
    text.replace(/(shop|desk)-[-0-9a-f]{36}/g, "$1"),
  );

test("the timeline of two kafkajs consumers says why each rebalance happened", async () => {
  await using broker = await startMillrace({ topics: [{ name: "orders", partitions: 2 }] });
  const stable = (members: number) => async (): Promise<boolean> => {
    const group = await broker.group("billing");
    return group.state === "Stable" && group.members.length === members;
  };
  {
    await using _first = await consumerOf(broker, { topic: "orders", groupId: "billing", clientId: "shop" });
    await until(stable(1));
    {
      await using _second = await consumerOf(broker, {
        topic: "orders",
        groupId: "billing",
        clientId: "desk",
      });
      await until(stable(2));
      const { members } = await broker.group("billing");
      assert.deepEqual(members.flatMap(({ partitions }) => partitions).sort(), ["orders-0", "orders-1"]);
    }
    await until(stable(1));
  }
  const timeline = await texts(broker);
  assert.deepEqual(timeline, [
    "member shop joins",
    "generation 1 begins with 1 member",
    "member desk joins",
    "generation 2 begins with 2 members",
    "member desk leaves",
    "generation 3 begins with 1 member",
    "member shop leaves",
    "generation 4 begins with 0 members",
  ]);
});

test("the timeline names a kafkajs consumer that sent no heartbeat in time", async () => {
  await using broker = await startMillrace({ topics: ["orders"] });
  await using _reader = await consumerOf(broker, { topic: "orders", groupId: "billing", clientId: "shop" });
  await until(async () => (await broker.group("billing")).state === "Stable");
  await broker.advance("10s");
  assert.ok(
    (await texts(broker)).includes("member shop is out: no heartbeat within its session timeout of 6000 ms"),
  );
});

test("lag is what was produced and not yet committed, for matchers too", async () => {
  await using broker = await startMillrace({ topics: ["orders"] });
  await using producer = await producerOf(broker);
  await producer.send({ topic: "orders", messages: [{ key: "42", value: "one" }] });
  {
    await using _reader = await consumerOf(broker, { topic: "orders", groupId: "billing" });
    await until(async () => (await broker.group("billing")).offsets.length === 1);
  }
  assert.equal((await matchers.toHaveLag(broker, "billing", 0)).pass, true);
  await send(producer, "orders", "two", "three");
  assert.equal((await broker.group("billing")).lag, 2);
  const lag = await matchers.toHaveLag(broker, "billing", 0);
  assert.match(lag.message(), /to lag by 0, it lags by 2. It has committed:\n {2}orders-0: committed 1 of 3/);
  assert.equal((await matchers.toHaveRecord(broker, "orders", { key: "42" })).pass, true);
  const missing = await matchers.toHaveRecord(broker, "orders", { value: "four" });
  assert.match(missing.message(), /Expected "orders" to have a record like \{"value":"four"\}. It has:\n/);
});

/** An application that charges for orders; the planted bug commits before the work is done. */
async function bill(broker: TestBroker, options: { commitsFirst: boolean }): Promise<AsyncDisposable> {
  const groupId = "billing";
  const consumer = kafkajs(broker, "biller").consumer({ groupId, maxWaitTimeInMs: 50 });
  await consumer.connect();
  await consumer.subscribe({ topic: "orders", fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ topic, partition, message }) => {
      const commit = () =>
        consumer.commitOffsets([{ topic, partition, offset: String(Number(message.offset) + 1) }]);
      if (options.commitsFirst) await commit();
      broker.noteProcessed(groupId, { topic, partition, offset: message.offset });
      if (!options.commitsFirst) await commit();
    },
  });
  return { [Symbol.asyncDispose]: () => consumer.disconnect() };
}

test("a kafkajs application that commits before it processes is caught, in words", async () => {
  await using broker = await startMillrace({ topics: ["orders"] });
  await using producer = await producerOf(broker);
  await send(producer, "orders", "one", "two");
  await using _application = await bill(broker, { commitsFirst: true });
  await until(async () => (await broker.group("billing")).offsets[0]?.lag === 0);
  await until(async () => (await broker.check("billing")).findings.every(({ kind }) => kind !== "skipped"));
  const verdict = await broker.check("billing");
  assert.deepEqual(
    verdict.findings.map(({ kind, offset }) => [kind, offset]),
    [
      ["committed-too-early", 0],
      ["committed-too-early", 1],
    ],
  );
  assert.throws(
    () => verdict.assertFine(),
    /offset 0 of "orders", partition 0, was committed before it was processed/,
  );
});

test("the mended kafkajs application is found fine", async () => {
  await using broker = await startMillrace({ topics: ["orders"] });
  await using producer = await producerOf(broker);
  await send(producer, "orders", "one", "two");
  await using _application = await bill(broker, { commitsFirst: false });
  await until(async () => (await broker.group("billing")).offsets[0]?.lag === 0);
  (await broker.check("billing")).assertFine();
});

test("what was committed and never processed counts as skipped, and what was processed twice can count", async () => {
  await using broker = await startMillrace({ topics: ["orders"] });
  await using producer = await producerOf(broker);
  await send(producer, "orders", "one", "two");
  await using _reader = await consumerOf(broker, { topic: "orders", groupId: "billing" });
  await until(async () => (await broker.group("billing")).offsets[0]?.lag === 0);
  const record = { topic: "orders", partition: 0, offset: 0 };
  broker.noteProcessed("billing", record);
  broker.noteProcessed("billing", record);
  const { findings } = await broker.check("billing", { delivery: "exactly-once" });
  assert.deepEqual(findings.map(({ kind, offset }) => `${kind} ${offset}`).sort(), [
    "committed-too-early 0",
    "processed-twice 0",
    "skipped 1",
  ]);
});
