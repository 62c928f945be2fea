import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { consumerOf, kafkajs, producerOf, send, until } from "./clients.ts";
import {
  startControl,
  valuesOf,
  withBroker,
  type Control,
  type FaultSeen,
  type Hosted,
  type Seen,
} from "./control.ts";

const WEEK_MS = 7 * 24 * 3_600_000;

test("POST /brokers: kafkajs sees the topics, partitions and configuration that were asked for", async () => {
  await using control = await startControl();
  const broker = await withBroker(control, {
    topics: ["plain", { name: "wide", partitions: 4, config: { "cleanup.policy": "compact" } }],
    config: { "num.partitions": 2 },
  });
  const admin = kafkajs(broker).admin();
  await admin.connect();
  const { topics } = await admin.fetchTopicMetadata({ topics: ["plain", "wide"] });
  await admin.disconnect();
  assert.deepEqual(Object.fromEntries(topics.map(({ name, partitions }) => [name, partitions.length])), {
    plain: 2,
    wide: 4,
  });
});

test("POST /brokers with asVersion: kafkajs is offered what that release of Kafka had", async () => {
  await using control = await startControl();
  const broker = await withBroker(control, { topics: ["orders"], asVersion: "3.0" });
  await using producer = await producerOf(broker);
  await send(producer, "orders", "one");
  const { requests } = await control.get<{ requests: { answer: { apiKeys: Record<string, number>[] } }[] }>(
    `/brokers/${broker.id}/requests?api=ApiVersions&bodies=true`,
  );
  const produce = requests[0]!.answer.apiKeys.find(({ apiKey }) => apiKey === 0);
  assert.equal(produce?.["maxVersion"], 9);
});

test("DELETE /brokers/{id}: kafkajs finds nobody, and a fault that never happened is told", async () => {
  await using control = await startControl();
  const broker = await withBroker(control);
  await using producer = await producerOf(broker);
  await control.post(`/brokers/${broker.id}/faults`, {
    kind: "fail",
    api: "Fetch",
    error: "UNKNOWN_SERVER_ERROR",
  });
  const { unhitFaults } = await control.delete<{ unhitFaults: string[] }>(`/brokers/${broker.id}`);
  assert.deepEqual(unhitFaults, ['fail("Fetch", "UNKNOWN_SERVER_ERROR"): 0 hits']);
  await assert.rejects(send(producer, "orders", "one"));
  assert.deepEqual(await control.get("/brokers"), { brokers: [] });
  assert.equal((await control.call("GET", `/brokers/${broker.id}`)).status, 404);
});

test("POST advance: what kafkajs produced a week ago has expired", async () => {
  await using control = await startControl();
  const broker = await withBroker(control, {
    topics: [{ name: "orders", config: { "retention.ms": 3_600_000, "segment.ms": 60_000 } }],
  });
  await using producer = await producerOf(broker);
  await send(producer, "orders", "old");
  const { nowMs } = await control.post<Hosted>(`/brokers/${broker.id}/advance`, { by: "7d" });
  assert.ok(nowMs - broker.nowMs >= WEEK_MS);
  assert.deepEqual(await valuesOf(control, broker), []);
});

test("POST freeze and resume: the answer to kafkajs is held back until the broker's time goes on", async () => {
  await using control = await startControl();
  const broker = await withBroker(control);
  await using producer = await producerOf(broker);
  await control.post(`/brokers/${broker.id}/freeze`);
  const { id } = await control.post<FaultSeen>(`/brokers/${broker.id}/faults`, {
    kind: "delay",
    api: "Produce",
    by: 20,
    times: 1,
  });
  let isSent = false;
  const sending = send(producer, "orders", "late").then(() => (isSent = true));
  await until(async () => (await control.get<FaultSeen>(`/brokers/${broker.id}/faults/${id}`)).hits === 1);
  assert.deepEqual(await valuesOf(control, broker), ["late"]);
  assert.equal(isSent, false);
  await control.post(`/brokers/${broker.id}/resume`);
  await sending;
});

test("POST wait: it is over as soon as kafkajs has produced the record that is meant", async () => {
  await using control = await startControl();
  const broker = await withBroker(control);
  await using producer = await producerOf(broker);
  const waiting = control.post<Seen>(`/brokers/${broker.id}/wait`, {
    topic: "orders",
    where: { key: { text: "b" }, value: { json: { item: { id: 7 } } } },
    timeout: "30s",
  });
  const value = (id: number): string => JSON.stringify({ item: { id, name: "pen" }, at: "now" });
  await producer.send({ topic: "orders", messages: [{ key: "a", value: value(7) }] });
  await producer.send({ topic: "orders", messages: [{ key: "b", value: value(6) }] });
  await producer.send({ topic: "orders", messages: [{ key: "b", value: value(7) }] });
  const { records } = await waiting;
  assert.deepEqual(
    records.map((record) => record.value.json),
    [JSON.parse(value(7))],
  );
});

test("POST wait: in vain, it says what there was instead", async () => {
  await using control = await startControl();
  const broker = await withBroker(control);
  await using producer = await producerOf(broker, { clientId: "shop" });
  await send(producer, "orders", "one");
  const late = await control.call("POST", `/brokers/${broker.id}/wait`, {
    topic: "orders",
    count: 2,
    timeout: 20,
  });
  assert.equal(late.status, 504);
  assert.match(String(late.body["detail"]), /Waited 20 ms for 2 records.*It has 1.*from "shop": answered/s);
});

test("GET records: what does not fit into one answer comes with the next, and bytes that are no text as base64", async () => {
  await using control = await startControl({ answerBytesMax: 2000 });
  const broker = await withBroker(control);
  await using producer = await producerOf(broker);
  await producer.send({ topic: "orders", messages: [{ key: Buffer.from([0xff]), value: "x".repeat(300) }] });
  await send(producer, "orders", "y".repeat(300), "z");
  const path = `/brokers/${broker.id}/topics/orders/records`;
  const first = await control.get<Seen & { records: { key: object }[] }>(path);
  assert.deepEqual([first.records.length, first.total, first.next], [1, 3, 1]);
  assert.deepEqual(first.records[0]!.key, { base64: "/w==" });
  const second = await control.get<Seen>(`${path}?skip=${first.next}&limit=1`);
  const third = await control.get<Seen>(`${path}?skip=${second.next}`);
  assert.deepEqual([second.next, third.next, third.records[0]!.value.text], [2, null, "z"]);
});

test("POST crash with powerCut, and restart: kafkajs goes on, and what was synced is there", async () => {
  await using control = await startControl();
  const broker = await withBroker(control);
  await using producer = await producerOf(broker);
  await send(producer, "orders", "kept");
  assert.equal(
    (await control.post<Hosted>(`/brokers/${broker.id}/crash`, { powerCut: true })).state,
    "crashed",
  );
  const look = await control.call("GET", `/brokers/${broker.id}/topics/orders/records`);
  assert.equal(look.status, 409);
  assert.match(String(look.body["detail"]), /the broker has crashed/);
  assert.equal((await control.post<Hosted>(`/brokers/${broker.id}/restart`)).state, "running");
  await send(producer, "orders", "after");
  assert.deepEqual(await valuesOf(control, broker), ["kept", "after"]);
});

test("POST reset: the topics are empty for kafkajs, faults and what was processed are forgotten", async () => {
  await using control = await startControl();
  const broker = await withBroker(control);
  await using producer = await producerOf(broker);
  await send(producer, "orders", "old");
  await control.post(`/brokers/${broker.id}/faults`, {
    kind: "fail",
    api: "Produce",
    error: "INVALID_RECORD",
  });
  await control.post(`/brokers/${broker.id}/topics`, { topics: ["more"] });
  await control.post(`/brokers/${broker.id}/reset`);
  await send(producer, "orders", "new");
  assert.deepEqual(await valuesOf(control, broker), ["new"]);
  const { unhitFaults } = await control.delete<{ unhitFaults: string[] }>(`/brokers/${broker.id}`);
  assert.deepEqual(unhitFaults, []);
});

test("POST topics: kafkajs produces to a topic that came later; one that is there already is a conflict", async () => {
  await using control = await startControl();
  const broker = await withBroker(control);
  const more = { topics: [{ name: "bills", partitions: 2 }] };
  assert.deepEqual(await control.post(`/brokers/${broker.id}/topics`, more), { topics: ["bills"] });
  await using producer = await producerOf(broker);
  await producer.send({ topic: "bills", messages: [{ partition: 1, value: "one" }] });
  assert.deepEqual(await valuesOf(control, broker, "bills"), ["one"]);
  const again = await control.call("POST", `/brokers/${broker.id}/topics`, more);
  assert.equal(again.status, 409);
  assert.match(String(again.body["detail"]), /Cannot create the topic "bills": TOPIC_ALREADY_EXISTS/);
});

test("snapshots: after a restore kafkajs finds what was there, as often as one likes", async () => {
  await using control = await startControl();
  const broker = await withBroker(control);
  await using producer = await producerOf(broker);
  await send(producer, "orders", "before");
  const { id } = await control.post<{ id: string }>(`/brokers/${broker.id}/snapshots`);
  for (const value of ["first", "second"]) {
    await send(producer, "orders", value);
    assert.deepEqual(await valuesOf(control, broker), ["before", value]);
    await control.post(`/brokers/${broker.id}/snapshots/${id}/restore`);
  }
  assert.deepEqual(await valuesOf(control, broker), ["before"]);
  await control.delete(`/brokers/${broker.id}/snapshots/${id}`);
  assert.deepEqual(await control.get(`/brokers/${broker.id}/snapshots`), { snapshots: [] });
});

test("GET groups/{id}: a kafkajs consumer's lag is told, and why its group rebalanced", async () => {
  await using control = await startControl();
  const broker = await withBroker(control);
  await using producer = await producerOf(broker);
  await send(producer, "orders", "one", "two");
  const path = `/brokers/${broker.id}/groups/${encodeURIComponent("team/billing")}`;
  await using reader = await consumerOf(broker, {
    topic: "orders",
    groupId: "team/billing",
    clientId: "billing",
  });
  await until(async () => {
    const { offsets } = await control.get<{ offsets: { committedOffset: number }[] }>(path);
    return reader.values.length === 2 && offsets[0]?.committedOffset === 2;
  });
  const group = await control.get<{ state: string; lag: number; timeline: { text: string }[] }>(path);
  assert.deepEqual([group.state, group.lag], ["Stable", 0]);
  assert.match(group.timeline[0]!.text, /^member billing-.* joins$/);
});

test("GET check: a kafkajs application that commits first is caught, one that works first is fine", async () => {
  await using control = await startControl();
  const broker = await withBroker(control);
  await using producer = await producerOf(broker);
  const verdicts: string[] = [];
  for (const groupId of ["hasty", "careful"]) {
    await send(producer, "orders", "work");
    await using application = await applicationOf(control, broker, groupId);
    await application.isDone;
    const { text } = await control.get<{ text: string }>(`/brokers/${broker.id}/groups/${groupId}/check`);
    verdicts.push(text);
  }
  assert.match(verdicts[0]!, /committed-too-early: The record at offset 0 .* request #\d+/);
  assert.equal(verdicts[1], "");
});

/** One that commits each record before it works on it, or after, as its name says. */
async function applicationOf(
  control: Control,
  broker: Hosted,
  groupId: string,
): Promise<{ isDone: Promise<void> } & AsyncDisposable> {
  const consumer = kafkajs(broker, groupId).consumer({ groupId, maxWaitTimeInMs: 100 });
  await consumer.connect();
  await consumer.subscribe({ topic: "orders", fromBeginning: true });
  const { promise: isDone, resolve } = Promise.withResolvers<void>();
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ topic, partition, message: { offset } }) => {
      const commit = (): Promise<void> =>
        consumer.commitOffsets([{ topic, partition, offset: String(Number(offset) + 1) }]);
      if (groupId === "hasty") await commit();
      const records = [{ topic, partition, offset: Number(offset) }];
      await control.post(`/brokers/${broker.id}/groups/${groupId}/processed`, { records });
      if (groupId === "careful") await commit();
      resolve();
    },
  });
  return { isDone, [Symbol.asyncDispose]: () => consumer.disconnect() };
}

test("GET report: it tells what kafkajs asked last", async () => {
  await using control = await startControl();
  const broker = await withBroker(control);
  await using producer = await producerOf(broker, { clientId: "shop" });
  await send(producer, "orders", "one");
  const { text } = await control.get<{ text: string }>(`/brokers/${broker.id}/report`);
  assert.match(text, /Produce v\d+ from "shop": answered$/m);
});

test("POST brokers with a port that is taken: a conflict that names the address", async () => {
  await using control = await startControl();
  const broker = await withBroker(control);
  const port = Number(broker.bootstrapServers.split(":")[1]);
  const { status, body } = await control.call("POST", "/brokers", { port });
  assert.equal(status, 409);
  assert.match(String(body["detail"]), new RegExp(`127\\.0\\.0\\.1:${port}`));
  assert.deepEqual(await control.get("/healthz"), { status: "ok", version: "1.2.3", brokers: 1 });
});

test("POST brokers with a dataDir that is in use, or cannot be one: a conflict that says why", async (t) => {
  await using control = await startControl();
  const dataDir = mkdtempSync(join(tmpdir(), "millrace-test-server-"));
  t.after(() => rmSync(dataDir, { recursive: true, force: true }));
  const broker = await withBroker(control, { dataDir, topics: ["orders"] });
  const second = await control.call("POST", "/brokers", { dataDir });
  assert.deepEqual([second.status, second.body["type"]], [409, "/problems/conflict"]);
  assert.ok(String(second.body["detail"]).includes(dataDir));
  const file = await control.call("POST", "/brokers", { dataDir: fileURLToPath(import.meta.url) });
  assert.equal(file.status, 409);
  const snapshot = await control.call("POST", `/brokers/${broker.id}/snapshots`);
  assert.match(String(snapshot.body["detail"]), /snapshot\(\) needs storage in memory/);
});

test("what is asked of one broker at once is done one after the other", async () => {
  await using control = await startControl();
  const broker = await withBroker(control);
  const path = `/brokers/${broker.id}`;
  const answers = await Promise.all([
    control.call("POST", `${path}/snapshots`),
    control.call("POST", `${path}/restart`),
    control.call("GET", `${path}/topics/orders/records`),
    control.call("POST", `${path}/reset`),
    control.call("POST", `${path}/snapshots/s1/restore`),
    control.call("GET", `${path}/groups/billing`),
    control.call("DELETE", path),
  ]);
  assert.deepEqual(
    answers.map(({ status }) => status),
    [201, 200, 200, 200, 200, 200, 200],
  );
});
