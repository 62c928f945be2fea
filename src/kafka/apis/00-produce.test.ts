import assert from "node:assert/strict";
import { test } from "node:test";
import { BrokerEdge } from "../../../test/support/broker-edge.ts";
import { batchBytes } from "../../../test/support/batch-bytes.ts";
import { Produce } from "../../wire/kafka/messages/00-produce.ts";
import { Fetch } from "../../wire/kafka/messages/01-fetch.ts";
import { ListOffsets } from "../../wire/kafka/messages/02-list-offsets.ts";
import { DeleteRecords } from "../../wire/kafka/messages/21-delete-records.ts";

/** Syncs would linger for longer than any of these tests lasts. */
const LINGERING = { "millrace.fsync.linger.ms": "1000" };
const LATEST = -1;

async function afterOneRecord(): Promise<BrokerEdge> {
  const edge = await BrokerEdge.start(LINGERING);
  await edge.createTopic("t", 1);
  const baseTimestamp = edge.node.env.clock.now();
  const records = batchBytes({ baseTimestamp, records: [{ key: null, value: Buffer.from("a") }] });
  const topicData = [{ name: "t", partitionData: [{ index: 0, records }] }];
  const answer = await edge.call(Produce, 9, { transactionalId: null, acks: 1, timeoutMs: 1000, topicData });
  assert.equal(answer.responses[0]!.partitionResponses[0]!.errorCode, 0);
  assert.equal(edge.node.partitions.get("t", 0)!.highWatermark, 0, "it is not durable yet");
  return edge;
}

/** Runs what is asked and says how many milliseconds of the broker's time it took. */
async function timed<T>(edge: BrokerEdge, ask: () => Promise<T>): Promise<{ answer: T; tookMs: number }> {
  const startedMs = edge.node.env.clock.monotonic();
  const answer = await ask();
  return { answer, tookMs: edge.node.env.clock.monotonic() - startedMs };
}

test("who has the answer to acks=1 and asks for the end of the log finds the record, without a wait", async () => {
  const edge = await afterOneRecord();
  const partitions = [{ partitionIndex: 0, currentLeaderEpoch: -1, timestamp: LATEST }];
  const ask = { replicaId: -1, isolationLevel: 0, topics: [{ name: "t", partitions }] };
  const { answer, tookMs } = await timed(edge, () => edge.call(ListOffsets, 7, ask));
  assert.equal(answer.topics[0]!.partitions[0]!.offset, 1);
  assert.ok(tookMs < 100, `${tookMs} ms`);
});

test("a consumer that waits for the record gets it without a wait", async () => {
  const edge = await afterOneRecord();
  const partition = { partition: 0, fetchOffset: 0, partitionMaxBytes: 1000 };
  const topics = [{ topic: "t", partitions: [partition] }];
  const ask = { replicaId: -1, maxWaitMs: 500, minBytes: 1, maxBytes: 1000, topics, forgottenTopicsData: [] };
  const { answer, tookMs } = await timed(edge, () => edge.call(Fetch, 11, ask));
  assert.equal(answer.responses[0]!.partitions[0]!.highWatermark, 1);
  assert.ok(answer.responses[0]!.partitions[0]!.records!.length > 0);
  assert.ok(tookMs < 100, `${tookMs} ms`);
});

test("a record that was just acknowledged can be deleted", async () => {
  const edge = await afterOneRecord();
  const topics = [{ name: "t", partitions: [{ partitionIndex: 0, offset: 1 }] }];
  const answer = await edge.call(DeleteRecords, 2, { topics, timeoutMs: 1000 });
  assert.equal(answer.topics[0]!.partitions[0]!.lowWatermark, 1);
});
