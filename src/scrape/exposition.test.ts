import assert from "node:assert/strict";
import test from "node:test";
import { effectiveConfig } from "../broker/config.ts";
import { startBroker } from "../main.ts";
import { KafkaLink } from "../sim/scenario/kafka-link.ts";
import { World } from "../sim/world.ts";
import { metrics, type MetricName } from "../tables/metrics.ts";
import {
  CreateTopics,
  Fetch,
  FindCoordinator,
  ListOffsets,
  OffsetCommit,
  Produce,
} from "../wire/kafka/messages/index.ts";
import { buildBatch } from "../wire/kafka/record-batch.ts";
import { readPrometheusText, valueOf, type Family } from "../../test/support/prometheus-text.ts";
import { Exposition } from "./exposition.ts";

const ADDRESS = { host: "broker", port: 9092 };
const UNKNOWN_TOPIC = "UNKNOWN_TOPIC_OR_PARTITION";

/** A broker in virtual time, with one client that has done some of everything that is counted. */
async function usedBroker(settings: Readonly<Record<string, string>> = {}) {
  const world = new World(1);
  const { config } = effectiveConfig({ set: { "offsets.topic.num.partitions": "2", ...settings } });
  const options = { listeners: [ADDRESS], dataDir: "/data", config };
  const running = await world.complete(startBroker(world.machine("broker").boot(), options));
  const link = await world.complete(KafkaLink.connect(world.machine("client").boot(), ADDRESS));
  const make = async (name: string): Promise<void> => {
    const topic = { name, numPartitions: 2, replicationFactor: 1, assignments: [], configs: [] };
    await world.complete(
      link.call(CreateTopics, 5, { topics: [topic], timeoutMs: 5_000, validateOnly: false }),
    );
  };
  const produce = async (name: string, values: readonly string[]): Promise<number> => {
    const records = buildBatch({
      baseOffset: 0,
      records: values.map((value) => ({ key: null, value: Buffer.from(value) })),
    });
    const topic = { name, topicId: "", partitionData: [{ index: 0, records }] };
    const request = { transactionalId: null, acks: -1, timeoutMs: 5_000, topicData: [topic] };
    await world.complete(link.call(Produce, 9, request));
    return records.length;
  };
  const fetch = async (name: string): Promise<void> => {
    const partition = { partition: 0, fetchOffset: 0, partitionMaxBytes: 1_000_000 };
    const topics = [{ topic: name, topicId: "", partitions: [partition] }];
    await world.complete(link.call(Fetch, 11, { maxWaitMs: 0, minBytes: 1, maxBytes: 1_000_000, topics }));
  };
  const commit = async (groupId: string, topic: string, committedOffset: number): Promise<void> => {
    await world.complete(link.call(FindCoordinator, 3, { key: groupId, keyType: 0 }));
    const partition = {
      partitionIndex: 0,
      committedOffset,
      committedLeaderEpoch: -1,
      committedMetadata: null,
    };
    const topics = [{ name: topic, topicId: "", partitions: [partition] }];
    const member = { generationIdOrMemberEpoch: -1, memberId: "", groupInstanceId: null };
    await world.complete(link.call(OffsetCommit, 7, { groupId, ...member, topics }));
  };
  const exposition = new Exposition();
  exposition.show({ broker: running.node, version: "1.2.3" });
  const scrape = async (): Promise<Map<string, Family>> => {
    const { text } = await exposition.scrape("text/plain");
    return readPrometheusText(text);
  };
  return { world, link, make, produce, fetch, commit, exposition, scrape };
}

test("a scrape of a broker that was used has a sample of every entry of the catalogue", async () => {
  const { make, produce, fetch, commit, scrape } = await usedBroker();
  await make("orders");
  await produce("orders", ["a"]);
  await produce("nowhere", ["a"]);
  await fetch("orders");
  await commit("billing", "orders", 0);
  const families = await scrape();
  for (const [name, { kind, labels, help }] of Object.entries(metrics)) {
    const family = families.get(name);
    assert.ok(family !== undefined && family.series.length > 0, `nothing collects ${name}`);
    assert.equal(family.type, kind, name);
    assert.equal(family.help, help, name);
    for (const series of family.series) {
      const { le: _, ...rest } = series.labels;
      assert.deepEqual(Object.keys(rest).toSorted(), [...labels].toSorted(), name);
    }
  }
});

test("what a client did is what is counted", async () => {
  const { link, world, make, produce, fetch, commit, scrape } = await usedBroker();
  await make("orders");
  const bytes = (await produce("orders", ["a", "b"])) + (await produce("orders", ["c"]));
  await produce("nowhere", ["a"]);
  await fetch("orders");
  await fetch("orders");
  const partition = { partitionIndex: 9, currentLeaderEpoch: -1, timestamp: -1 };
  const topics = [{ name: "orders", partitions: [partition, { ...partition, partitionIndex: 8 }] }];
  await world.complete(link.call(ListOffsets, 5, { replicaId: -1, isolationLevel: 0, topics }));
  await commit("billing", "orders", 1);
  const families = await scrape();
  const counted = (name: MetricName, labels: Record<string, string> = {}): number | undefined =>
    valueOf(families, name, labels);
  assert.equal(counted("millrace_topic_received_records_total", { topic: "orders" }), 3);
  assert.equal(counted("millrace_topic_received_bytes_total", { topic: "orders" }), bytes);
  assert.equal(counted("millrace_topic_sent_bytes_total", { topic: "orders" }), 2 * bytes);
  assert.equal(counted("millrace_requests_total", { api: "Produce" }), 3);
  assert.equal(counted("millrace_requests_total", { api: "Fetch" }), 2);
  assert.equal(counted("millrace_request_errors_total", { api: "Produce", error: UNKNOWN_TOPIC }), 1);
  assert.equal(counted("millrace_request_errors_total", { api: "ListOffsets", error: UNKNOWN_TOPIC }), 2);
  assert.equal(counted("millrace_partition_log_end_offset", { topic: "orders", partition: "0" }), 3);
  assert.equal(counted("millrace_topic_partitions", { topic: "orders" }), 2);
  assert.equal(counted("millrace_topic_log_bytes", { topic: "orders" }), bytes);
  assert.equal(counted("millrace_group_lag_records", { group: "billing", topic: "orders" }), 2);
  assert.equal(counted("millrace_group_offset_commits_total"), 1);
  assert.equal(counted("millrace_groups", { state: "Empty" }), 1);
  assert.equal(counted("millrace_connections"), 1);
  const [directory] = families.get("millrace_log_written_bytes_total")!.series;
  assert.equal(counted("millrace_log_synced_bytes_total", directory!.labels), directory!.value);
  const duration = families.get("millrace_request_duration_seconds")!.series;
  const produced = duration.find(
    ({ name, labels }) => name.endsWith("_count") && labels["api"] === "Produce",
  );
  assert.equal(produced?.value, 3);
});

test("topics and partitions beyond the bounds share one series or have none", async () => {
  const { make, produce, scrape } = await usedBroker({
    "millrace.metrics.topics.max": "1",
    "millrace.metrics.partitions.max": "1",
  });
  for (const name of ["first", "second", "third"]) await make(name);
  for (const name of ["first", "second", "third"]) await produce(name, ["a"]);
  const families = await scrape();
  const records = families.get("millrace_topic_received_records_total")!.series;
  assert.deepEqual(
    records.map(({ labels, value }) => [labels["topic"], value]),
    [
      ["first", 1],
      ["(other)", 2],
    ],
  );
  assert.equal(valueOf(families, "millrace_topic_partitions", { topic: "(other)" }), 4);
  assert.equal(families.get("millrace_partition_log_end_offset")!.series.length, 1);
  assert.equal(valueOf(families, "millrace_partitions_not_shown"), 5);
});

test("connections are counted when they come and, by their reason, when they go", async () => {
  const { world, link, scrape } = await usedBroker();
  link.sendBytes(Buffer.from("GET / HTTP/1.1\r\n\r\n"));
  await world.scheduler.run(() => !link.isOpen, world.scheduler.nowMs + 10_000);
  const families = await scrape();
  assert.equal(valueOf(families, "millrace_connections"), 0);
  assert.equal(valueOf(families, "millrace_connections_accepted_total"), 1);
  assert.equal(valueOf(families, "millrace_connections_closed_total", { reason: "malformed" }), 1);
});

test("OpenMetrics is written when it is asked for, and a text scrape behind it is as before", async () => {
  const { exposition, make, scrape } = await usedBroker();
  await make("orders");
  const before = [...(await scrape()).keys()];
  const { contentType, text } = await exposition.scrape(
    "application/openmetrics-text;version=1.0.0,*/*;q=0.1",
  );
  assert.match(contentType, /^application\/openmetrics-text/);
  const families = readPrometheusText(text, "openmetrics");
  assert.equal(
    families.get("millrace_connections_accepted")?.series[0]?.name,
    "millrace_connections_accepted_total",
  );
  assert.deepEqual([...(await scrape()).keys()], before);
});

test("before the broker has started there is only the process to see", async () => {
  const { text } = await new Exposition().scrape("");
  const families = readPrometheusText(text);
  assert.ok(families.has("process_resident_memory_bytes"));
  assert.ok(![...families.keys()].some((name) => name.startsWith("millrace_")));
});
