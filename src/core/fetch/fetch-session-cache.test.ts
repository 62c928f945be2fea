import assert from "node:assert/strict";
import { test } from "node:test";
import { FetchSessionCache, type SessionRequest } from "./fetch-session-cache.ts";
import type { FetchPartition } from "./fetch-session.ts";

const A: FetchPartition = {
  topic: "a",
  topicId: "AAAAAAAAAAAAAAAAAAAACg",
  partition: 0,
  fetchOffset: 0,
  maxBytes: 1000,
  currentLeaderEpoch: -1,
  lastFetchedEpoch: -1,
};
const B: FetchPartition = { ...A, topic: "b", topicId: "AAAAAAAAAAAAAAAAAAAACw" };
const NOTHING_NEW = {
  errorCode: 0,
  highWatermark: 5,
  logStartOffset: 0,
  recordsBytes: 0,
  mustBeListed: false,
};

function cacheOf(slotsMax = 10): FetchSessionCache {
  let last = 100;
  return new FetchSessionCache({ slotsMax, newSessionId: () => (last += 1) });
}

function request(sessionId: number, sessionEpoch: number, partitions: FetchPartition[] = []): SessionRequest {
  return { sessionId, sessionEpoch, usesTopicIds: false, partitions, forgotten: [] };
}

function created(cache: FetchSessionCache, partitions: FetchPartition[]) {
  const plan = cache.plan(request(0, 0, partitions), 0);
  assert.ok(plan.kind === "full" && plan.session !== null);
  return plan.session;
}

test("a session repeats its partitions for an incremental request that names none", () => {
  const cache = cacheOf();
  const { id } = created(cache, [A, B]);
  const plan = cache.plan(request(id, 1), 0);
  assert.ok(plan.kind === "incremental");
  assert.deepEqual(plan.partitions, [A, B]);
});

test("a session refuses a wrong epoch and goes on with the right one", () => {
  const cache = cacheOf();
  const { id } = created(cache, [A]);
  for (const epoch of [2, 9]) {
    assert.deepEqual(cache.plan(request(id, epoch), 0), {
      kind: "refused",
      error: "INVALID_FETCH_SESSION_EPOCH",
    });
  }
  assert.equal(cache.plan(request(id, 1), 0).kind, "incremental");
});

test("an unknown session is refused for an increment and replaced for a full request", () => {
  const cache = cacheOf();
  assert.deepEqual(cache.plan(request(12345, 1), 0), {
    kind: "refused",
    error: "FETCH_SESSION_ID_NOT_FOUND",
  });
  const plan = cache.plan(request(12345, 0, [A]), 0);
  assert.ok(plan.kind === "full" && plan.session !== null && plan.session.id !== 12345);
});

test("a session made by names refuses a request by topic ids", () => {
  const cache = cacheOf();
  const { id } = created(cache, [A]);
  const plan = cache.plan({ ...request(id, 1), usesTopicIds: true }, 0);
  assert.deepEqual(plan, { kind: "refused", error: "FETCH_SESSION_TOPIC_ID_ERROR" });
});

test("epoch -1 closes the session and answers in full", () => {
  const cache = cacheOf();
  const { id } = created(cache, [A]);
  assert.deepEqual(cache.plan(request(id, -1, [A]), 0), { kind: "full", session: null, partitions: [A] });
  assert.deepEqual(cache.plan(request(id, 1), 0), { kind: "refused", error: "FETCH_SESSION_ID_NOT_FOUND" });
});

test("a full cache makes no session until one has been idle for two minutes", () => {
  const cache = cacheOf(1);
  const { id } = created(cache, [A]);
  assert.deepEqual(cache.plan(request(0, 0, [B]), 119_999), { kind: "full", session: null, partitions: [B] });
  const plan = cache.plan(request(0, 0, [B]), 120_000);
  assert.ok(plan.kind === "full" && plan.session !== null);
  assert.equal(cache.plan(request(id, 1), 120_000).kind, "refused");
});

test("a session lists a partition again only for data, an error or a moved watermark", () => {
  const session = created(cacheOf(), [A]);
  assert.equal(session.mustList(A, NOTHING_NEW), true);
  assert.equal(session.mustList(A, NOTHING_NEW), false);
  assert.equal(session.mustList(A, { ...NOTHING_NEW, highWatermark: 6 }), true);
  assert.equal(session.mustList(A, { ...NOTHING_NEW, highWatermark: -1, errorCode: 3 }), true);
  assert.equal(session.mustList(A, { ...NOTHING_NEW, highWatermark: 6 }), true);
});

test("a partition that returned data is read last the next time", () => {
  const session = created(cacheOf(), [A, B]);
  session.mustList(A, { ...NOTHING_NEW, recordsBytes: 10 });
  assert.deepEqual(session.requests(), [B, A]);
});
