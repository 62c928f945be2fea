import assert from "node:assert/strict";
import { test } from "node:test";
import { startMillrace } from "./index.ts";

function openResources(): string[] {
  return process
    .getActiveResourcesInfo()
    .filter((name) => name === "TCPServerWrap" || name === "TCPSocketWrap");
}

test("a broker is there at once, and leaves nothing behind: two hundred starts and stops", async () => {
  const before = openResources().length;
  const timesMs: number[] = [];
  for (let run = 0; run < 200; run += 1) {
    const startMs = performance.now();
    const broker = await startMillrace({ topics: ["orders"] });
    timesMs.push(performance.now() - startMs);
    await broker.stop();
  }
  assert.ok(openResources().length <= before);
  timesMs.sort((left, right) => left - right);
  assert.ok(timesMs[100]! < 100, `half of the starts took more than ${timesMs[100]} ms`);
});

test("stopping twice is fine, and a stopped broker says so", async () => {
  const broker = await startMillrace();
  await broker.stop();
  await broker.stop();
  assert.throws(() => broker.records("orders"), /has been stopped/);
});

test("a value that its key does not take is refused with the reason", async () => {
  await assert.rejects(
    startMillrace({ config: { "num.partitions": "many" } }),
    /Invalid value "many" of "num.partitions"/,
  );
});

test("a topic that cannot be made is refused with the reason, and the broker is gone", async () => {
  await assert.rejects(
    startMillrace({ topics: ["no/slash"] }),
    /Cannot create the topic "no\/slash": INVALID_TOPIC_EXCEPTION/,
  );
  await assert.rejects(startMillrace({ topics: ["one", "one"] }), /"one" is named twice/);
});

test("a week over a thousand topics and groups passes in a moment", async (context) => {
  const topics = Array.from({ length: 1000 }, (_, index) => `topic-${index}`);
  const broker = await startMillrace({ topics });
  context.after(() => broker.stop());
  const { groups, cluster } = broker.node;
  await groups.locate("any");
  const commits = topics.map((name) =>
    groups.commitOffsets({
      groupId: `group of ${name}`,
      generation: -1,
      memberId: "",
      groupInstanceId: null,
      retentionTimeMs: -1,
      knowsGroupIdNotFound: true,
      topics: [{ name, topicId: cluster.topics.get(name)!.id, partitions: [commitOf(0)] }],
    }),
  );
  assert.deepEqual(
    (await Promise.all(commits)).flat(2),
    topics.map(() => "NONE"),
  );
  assert.equal(groups.list({ states: [], types: [] }).groups.length, 1000);
  const startMs = performance.now();
  await broker.advance("8d");
  const tookMs = performance.now() - startMs;
  assert.equal(groups.list({ states: [], types: [] }).groups.length, 0);
  assert.ok(tookMs < 10_000, `it took ${Math.round(tookMs)} ms`); // Wide: machines are busy, the test runner watches each promise.
});

function commitOf(partitionIndex: number) {
  return { partitionIndex, committedOffset: 1, committedLeaderEpoch: -1, committedMetadata: "" };
}

test("a snapshot is taken and restored in milliseconds", async (context) => {
  const broker = await startMillrace({ topics: ["orders"] });
  context.after(() => broker.stop());
  const startMs = performance.now();
  await broker.restore(broker.snapshot());
  assert.ok(performance.now() - startMs < 200);
});
