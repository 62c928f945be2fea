import assert from "node:assert/strict";
import test from "node:test";
import v8 from "node:v8";
import { LogCounters } from "./log-counters.ts";
import { RequestCounters } from "./request-counters.ts";
import { OTHER_TOPICS, TopicTraffics } from "./topic-traffic.ts";

const PRODUCE = { key: 0, name: "Produce" };
const ROUNDS = 50_000;
const MEASUREMENTS = 20;
const SMALLEST_OBJECT_BYTES = 8;
/** All that was ever allocated; only newer versions of Node tell. */
const allocatedBytes = (): number | undefined =>
  (v8.getHeapStatistics() as { total_allocated_bytes?: number }).total_allocated_bytes;
const skip = allocatedBytes() === undefined ? "this Node does not tell what was allocated" : false;

test("counting allocates nothing, so it may stand on the hot path", { skip }, () => {
  const requests = new RequestCounters();
  const traffics = new TopicTraffics(10);
  const traffic = traffics.begin("orders");
  const logs = new LogCounters();
  const count = (rounds: number): void => {
    for (let round = 0; round < rounds; round += 1) {
      const counters = requests.of(PRODUCE);
      counters.requests += 1;
      counters.countError(3);
      counters.durationSeconds.observe(round / 1e6);
      traffics.of("orders").sentBytes += 2 ** 20;
      traffic.receivedRecords += 100;
      traffic.receivedBytes += 2 ** 20;
      logs.writtenBytes += 2 ** 20;
      logs.syncSeconds.observe(round / 1e6);
    }
  };
  // Code that is not optimised yet makes an object of each fraction, so the best of several measurements counts.
  const measured = Array.from({ length: MEASUREMENTS }, () => {
    const before = allocatedBytes()!;
    count(ROUNDS);
    return (allocatedBytes()! - before) / ROUNDS;
  });
  const bytesPerRound = Math.min(...measured);
  assert.ok(bytesPerRound < SMALLEST_OBJECT_BYTES, `${bytesPerRound} bytes for each round`);
});

test("an error code that no table can hold is counted as the unknown one", () => {
  const counters = new RequestCounters().of(PRODUCE);
  for (const code of [-1, 9_999, 7, 7]) counters.countError(code);
  assert.deepEqual(
    [...counters.errorCounts()],
    [
      [-1, 2],
      [7, 2],
    ],
  );
});

test("a topic keeps its entry when others come, and one that is made again begins anew", () => {
  const traffics = new TopicTraffics(1);
  const first = traffics.begin("first");
  first.receivedRecords = 5;
  assert.equal(traffics.begin("second").label, OTHER_TOPICS);
  assert.equal(traffics.begin("first"), first);
  traffics.end("first");
  assert.equal(traffics.begin("first").receivedRecords, 0);
});
