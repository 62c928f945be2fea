import assert from "node:assert/strict";
import test from "node:test";
import kafkajs from "kafkajs";
import { metrics } from "../src/tables/metrics.ts";
import { startMillrace } from "./support/millrace.ts";
import { freePort, until } from "./support/processes.ts";
import { readPrometheusText, valueOf, type Family } from "./support/prometheus-text.ts";

/* A scrape of a whole broker that a foreign client has used: the counts are what the client did. */

const TOPIC = "flights";

async function scene(settings: Readonly<Record<string, string>> = {}) {
  const port = await freePort();
  const broker = await startMillrace({
    settings: {
      "millrace.metrics.listen": `127.0.0.1:${port}`,
      "group.initial.rebalance.delay.ms": "0",
      ...settings,
    },
  });
  const origin = `http://127.0.0.1:${port}`;
  const kafka = new kafkajs.Kafka({ brokers: [broker.address], logLevel: kafkajs.logLevel.NOTHING });
  const scrape = async (): Promise<Map<string, Family>> =>
    readPrometheusText(await (await fetch(`${origin}/metrics`)).text());
  return { broker, origin, kafka, scrape, [Symbol.asyncDispose]: () => broker.remove() };
}

test("a scrape counts what kafkajs produced, consumed and committed, and what it was refused", async () => {
  await using at = await scene();
  const admin = at.kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: TOPIC, numPartitions: 1 }] });
  assert.equal(await admin.createTopics({ topics: [{ topic: TOPIC }] }), false);
  await admin.disconnect();

  const producer = at.kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
  await producer.connect();
  for (const size of [10, 20]) {
    const messages = Array.from({ length: size }, (_, index) => ({ value: `record ${index}` }));
    await producer.send({ topic: TOPIC, messages });
  }
  await producer.disconnect();

  const consumer = at.kafka.consumer({ groupId: "billing" });
  await consumer.connect();
  await consumer.subscribe({ topic: TOPIC, fromBeginning: true });
  let received = 0;
  await consumer.run({ autoCommitThreshold: 1, eachMessage: async () => void (received += 1) });
  await until("all was consumed", () => received === 30);
  const whileRunning = await at.scrape();
  await consumer.disconnect();

  const families = await at.scrape();
  const [written, sent] = ["millrace_topic_received_bytes_total", "millrace_topic_sent_bytes_total"];
  assert.equal(valueOf(families, "millrace_topic_received_records_total", { topic: TOPIC }), 30);
  assert.ok(valueOf(families, written, { topic: TOPIC })! > 30 * "record 0".length);
  assert.ok(valueOf(families, sent, { topic: TOPIC })! >= valueOf(families, written, { topic: TOPIC })!);
  assert.equal(valueOf(families, "millrace_requests_total", { api: "Produce" }), 2);
  const refusal = { api: "CreateTopics", error: "TOPIC_ALREADY_EXISTS" };
  assert.ok(valueOf(families, "millrace_request_errors_total", refusal)! >= 1);
  assert.equal(valueOf(whileRunning, "millrace_groups", { state: "Stable" }), 1);
  assert.equal(valueOf(families, "millrace_groups", { state: "Empty" }), 1);
  assert.equal(valueOf(families, "millrace_group_rebalances_total", { reason: "join" }), 1);
  assert.equal(valueOf(families, "millrace_group_rebalances_total", { reason: "leave" }), 1);
  assert.equal(valueOf(families, "millrace_group_lag_records", { group: "billing", topic: TOPIC }), 0);
  const isAlone = async (): Promise<boolean> => valueOf(await at.scrape(), "millrace_connections") === 0;
  await until("all connections are gone", isAlone);
});

test("every entry of the catalogue and the process itself are in a scrape, in both formats", async () => {
  await using at = await scene();
  const families = await at.scrape();
  for (const name of Object.keys(metrics)) assert.ok(families.has(name), name);
  assert.ok(valueOf(families, "process_resident_memory_bytes")! > 0);
  const accept = "application/openmetrics-text;version=1.0.0;q=0.8,text/plain;q=0.5";
  const open = await fetch(`${at.origin}/metrics`, { headers: { accept } });
  assert.match(open.headers.get("content-type")!, /openmetrics/);
  assert.equal(readPrometheusText(await open.text(), "openmetrics").size, families.size);
});

test("/healthz and /readyz answer 200 while clients are served, and nothing does after the stop", async () => {
  await using at = await scene();
  for (const path of ["/healthz", "/readyz"]) {
    const answer = await fetch(at.origin + path);
    assert.deepEqual([answer.status, await answer.text()], [200, "running\n"], path);
  }
  await at.broker.stop();
  await assert.rejects(fetch(`${at.origin}/healthz`));
});
