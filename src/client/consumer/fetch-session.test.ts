import assert from "node:assert/strict";
import test from "node:test";
import { FetchSession, type FetchTarget } from "./fetch-session.ts";

const ID = "AAAAAAAAAAAAAAAAAAAAAQ";
const OTHER_ID = "AAAAAAAAAAAAAAAAAAAAAg";

function target(partition: number, fetchOffset: number, topicId = ID): FetchTarget {
  return { topic: "t", topicId, partition, fetchOffset, currentLeaderEpoch: 0, partitionMaxBytes: 100 };
}

/** Ids, and partitions with their offset or as forgotten. */
function shown(fields: ReturnType<FetchSession["next"]>) {
  return {
    session: [fields.sessionId, fields.sessionEpoch],
    wanted: fields.topics.flatMap(({ partitions }) =>
      partitions.map((one) => [one.partition, one.fetchOffset]),
    ),
    forgotten: fields.forgottenTopicsData.flatMap(({ topicId, partitions }) => [topicId, ...partitions]),
  };
}

function established(...targets: FetchTarget[]): FetchSession {
  const session = new FetchSession();
  session.next(targets);
  session.accept(7);
  return session;
}

test("a partition that is no longer wanted is forgotten, and named again when it is", () => {
  const session = established(target(0, 0), target(1, 0));
  assert.deepEqual(shown(session.next([target(0, 5)])), {
    session: [7, 1],
    wanted: [[0, 5]],
    forgotten: [ID, 1],
  });
  session.accept(7);
  const both = [target(0, 5), target(1, 0)];
  assert.deepEqual(shown(session.next(both)), { session: [7, 2], wanted: [[1, 0]], forgotten: [] });
});

test("a topic that was made anew is forgotten under its old id", () => {
  const session = established(target(0, 3));
  const fields = session.next([target(0, 0, OTHER_ID)]);
  assert.deepEqual(shown(fields), { session: [7, 1], wanted: [[0, 0]], forgotten: [ID, 0] });
  assert.equal(fields.topics[0]!.topicId, OTHER_ID);
});

test("after a failure all is told again, to a new session in place of the old one", () => {
  const session = established(target(0, 3));
  session.restart();
  assert.deepEqual(shown(session.next([target(0, 3)])), { session: [7, 0], wanted: [[0, 3]], forgotten: [] });
});

test("a session that the broker does not know is not named again; other errors are not the session's", () => {
  const session = established(target(0, 3));
  assert.equal(session.refuse("FETCH_SESSION_ID_NOT_FOUND"), true);
  assert.deepEqual(shown(session.next([target(0, 3)])).session, [0, 0]);
  assert.equal(session.refuse("TOPIC_AUTHORIZATION_FAILED"), false);
});
