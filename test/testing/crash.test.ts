import assert from "node:assert/strict";
import { test } from "node:test";
import { startMillrace, type TestBroker } from "../../src/testing/index.ts";
import { consumerOf, producerOf, send, until } from "./clients.ts";

async function valuesOf(broker: TestBroker): Promise<(string | null)[]> {
  return (await broker.records("orders")).map(({ value }) => value);
}

test("a power cut takes nothing that a kafkajs producer was told is safe", async () => {
  await using broker = await startMillrace({ topics: ["orders"] });
  await using producer = await producerOf(broker);
  await send(producer, "orders", "one", "two");
  await broker.crash({ powerCut: true });
  await broker.restart();
  assert.deepEqual(await valuesOf(broker), ["one", "two"]);
});

test("a power cut takes what was only in the page cache, when the broker acknowledges that", async () => {
  const config = { "millrace.fsync.before.ack": false };
  await using broker = await startMillrace({ topics: ["orders"], config });
  await using producer = await producerOf(broker);
  await send(producer, "orders", "one");
  await broker.crash();
  await broker.restart();
  assert.deepEqual(await valuesOf(broker), ["one"]); // The process died, the machine did not.
  await broker.crash({ powerCut: true });
  await broker.restart();
  await send(producer, "orders", "two");
  await broker.crash({ powerCut: true });
  await broker.restart();
  assert.deepEqual(await valuesOf(broker), ["one"]);
});

test("a kafkajs producer that sends while the broker is away succeeds when it is back", async () => {
  await using broker = await startMillrace({ topics: ["orders"] });
  await using producer = await producerOf(broker);
  await send(producer, "orders", "one");
  await broker.crash();
  const sending = send(producer, "orders", "two");
  await broker.restart();
  await sending;
  assert.deepEqual(await valuesOf(broker), ["one", "two"]);
});

test("a kafkajs consumer goes on after a crash where it had committed", async () => {
  await using broker = await startMillrace({ topics: ["orders"] });
  await using producer = await producerOf(broker);
  await send(producer, "orders", "one");
  await using reader = await consumerOf(broker, { topic: "orders", groupId: "billing" });
  await until(() => broker.requests({ api: "OffsetCommit" }).some(({ outcome }) => outcome === "answered"));
  await broker.crash();
  await broker.restart();
  await send(producer, "orders", "two");
  await until(() => reader.values.includes("two"));
  assert.deepEqual(reader.values, ["one", "two"]);
});

test("a broker that has crashed says so", async () => {
  await using broker = await startMillrace();
  await broker.crash();
  assert.throws(() => broker.records("orders"), /crashed; call restart\(\) first/);
});

test("a wait that began before a crash hears of what kafkajs produces after the restart", async () => {
  await using broker = await startMillrace({ topics: ["orders"] });
  await using producer = await producerOf(broker);
  await send(producer, "orders", "one");
  const waiting = broker.waitFor({ topic: "orders", count: 2, timeout: "60s" });
  await broker.crash();
  await broker.restart();
  await send(producer, "orders", "two");
  assert.deepEqual(
    (await waiting).map(({ value }) => value),
    ["one", "two"],
  );
});

test("restore goes back to the snapshot, also for a kafkajs client that stays connected", async () => {
  await using broker = await startMillrace({ topics: ["orders"] });
  await using producer = await producerOf(broker);
  await send(producer, "orders", "one");
  const snapshot = broker.snapshot();
  for (const value of ["two", "three"]) {
    await send(producer, "orders", value);
    assert.deepEqual(await valuesOf(broker), ["one", value]);
    await broker.restore(snapshot);
    assert.deepEqual(await valuesOf(broker), ["one"]);
  }
});

test("reset leaves the topics, and neither records nor faults nor requests", async () => {
  await using broker = await startMillrace({ topics: ["orders"], unhitFaults: "throw" });
  await using producer = await producerOf(broker);
  await send(producer, "orders", "one");
  broker.fail("Produce", "UNKNOWN_SERVER_ERROR");
  await broker.reset();
  assert.deepEqual([await valuesOf(broker), broker.requests()], [[], []]);
  await send(producer, "orders", "two");
  assert.deepEqual(await valuesOf(broker), ["two"]);
});

test("a directory keeps the data for the next broker, and has no crash", async (t) => {
  const { mkdtempSync, rmSync } = await import("node:fs");
  const { tmpdir } = await import("node:os");
  const dataDir = mkdtempSync(`${tmpdir()}/millrace-testing-`);
  t.after(() => rmSync(dataDir, { recursive: true, force: true }));
  {
    await using broker = await startMillrace({ topics: ["orders"], dataDir });
    await using producer = await producerOf(broker);
    await send(producer, "orders", "one");
    await assert.rejects(broker.crash(), /crash\(\) needs storage in memory/);
  }
  await using broker = await startMillrace({ dataDir });
  assert.deepEqual(await valuesOf(broker), ["one"]);
});
