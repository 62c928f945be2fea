import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { encoded, valuesOf, versionsOf } from "../../test/support/codec-properties.ts";
import { errorCode } from "../tables/errors.ts";
import { allMessages, Fetch, JoinGroup, OffsetFetch, Produce } from "../wire/kafka/messages/index.ts";
import { Reader } from "../wire/kafka/reader.ts";
import { decodeResponse } from "../wire/kafka/schema.ts";
import { refusedAnswer, refuseParts } from "./refusal.ts";

const refusal = { code: errorCode("NOT_LEADER_OR_FOLLOWER"), name: "NOT_LEADER_OR_FOLLOWER" };

test("every request of every version can be refused in its own layout", () => {
  for (const message of allMessages) {
    for (const version of versionsOf(message.request)) {
      const property = fc.property(valuesOf(message.request, version), (request) => {
        encoded(message.response, version, refusedAnswer(message, request, refusal));
      });
      fc.assert(property, { numRuns: 5 });
    }
  }
});

test("every answer of every version can be refused in parts, and stays one of its layout", () => {
  for (const message of allMessages) {
    for (const version of versionsOf(message.response)) {
      const property = fc.property(valuesOf(message.response, version), (response) => {
        const bytes = encoded(message.response, version, response);
        const decoded: unknown = decodeResponse(message, version, new Reader(bytes));
        refuseParts(decoded, refusal, null);
        encoded(message.response, version, decoded);
      });
      fc.assert(property, { numRuns: 5 });
    }
  }
});

test("a Produce is refused for each of its partitions, without an offset", () => {
  const partitionData = [0, 2].map((index) => ({ index, records: null }));
  const answer = refusedAnswer(
    Produce,
    { acks: -1, topicData: [{ name: "orders", partitionData }] },
    refusal,
  );
  const [topic] = answer["responses"] as { name: string; partitionResponses: Record<string, unknown>[] }[];
  assert.equal(topic?.name, "orders");
  assert.deepEqual(
    topic?.partitionResponses.map(({ index, errorCode: code, baseOffset }) => [index, code, baseOffset]),
    [
      [0, refusal.code, -1],
      [2, refusal.code, -1],
    ],
  );
});

test("an error of the whole stands at the top, one of a partition does not", () => {
  const groups = [{ groupId: "billing", topics: [{ name: "orders", partitionIndexes: [3] }] }];
  const notCoordinator = { code: errorCode("NOT_COORDINATOR"), name: "NOT_COORDINATOR" };
  const [group] = refusedAnswer(OffsetFetch, { groups }, notCoordinator)["groups"] as Record<
    string,
    unknown
  >[];
  assert.deepEqual([group?.["groupId"], group?.["errorCode"]], ["billing", notCoordinator.code]);
  const fetch = refusedAnswer(
    Fetch,
    { topics: [{ topic: "orders", partitions: [{ partition: 1 }] }] },
    refusal,
  );
  assert.equal(fetch["errorCode"], 0);
  assert.equal(
    refusedAnswer(JoinGroup, { groupId: "billing" }, notCoordinator)["errorCode"],
    notCoordinator.code,
  );
});

test("of a real answer only the place that is meant is refused", () => {
  const partition = (index: number) => ({
    partitionIndex: index,
    errorCode: 0,
    highWatermark: 7,
    records: null,
  });
  const answer = { errorCode: 0, responses: [{ topic: "orders", partitions: [partition(0), partition(1)] }] };
  assert.equal(refuseParts(answer, refusal, { topic: "orders", topicId: null, partition: 1 }), 1);
  assert.deepEqual(
    answer.responses[0]!.partitions.map(({ errorCode: code, highWatermark }) => [code, highWatermark]),
    [
      [0, 7],
      [refusal.code, -1],
    ],
  );
});
