import assert from "node:assert/strict";
import { test } from "node:test";
import { RequestQueue } from "./request-queue.ts";

interface Started {
  readonly name: string;
  readonly respond: (answer: Buffer[] | null) => void;
}

function queueOf() {
  const started: Started[] = [];
  const sent: string[] = [];
  const queue = new RequestQueue({
    start: (frame, respond) => started.push({ name: frame.toString(), respond }),
    send: (pieces) => sent.push(...pieces.map(String)),
  });
  const push = (name: string, pipelines = false): void => queue.push({ frame: Buffer.from(name), pipelines });
  const answer = (name: string): void => {
    started.find((each) => each.name === name)!.respond([Buffer.from(`re:${name}`)]);
  };
  const names = (): string[] => started.map((each) => each.name);
  return { queue, push, answer, names, sent, started };
}

test("RequestQueue starts the next request only when the one before is answered", () => {
  const { push, answer, names, sent } = queueOf();
  push("a");
  push("b");
  assert.deepEqual(names(), ["a"]);
  answer("a");
  assert.deepEqual(names(), ["a", "b"]);
  answer("b");
  assert.deepEqual(sent, ["re:a", "re:b"]);
});

test("RequestQueue starts a run of Produce requests at once and answers them in order", () => {
  const { push, answer, names, sent } = queueOf();
  push("p1", true);
  push("p2", true);
  push("metadata");
  push("p3", true);
  assert.deepEqual(names(), ["p1", "p2"]);
  answer("p2");
  assert.deepEqual(sent, []);
  answer("p1");
  assert.deepEqual(sent, ["re:p1", "re:p2"]);
  assert.deepEqual(names(), ["p1", "p2", "metadata"]);
  answer("metadata");
  assert.deepEqual(names(), ["p1", "p2", "metadata", "p3"]);
});

test("RequestQueue lets no Produce overtake another kind of request", () => {
  const { push, names } = queueOf();
  push("fetch");
  push("p1", true);
  assert.deepEqual(names(), ["fetch"]);
});

test("RequestQueue leaves no slot for a request without an answer", () => {
  const { push, started, answer, sent } = queueOf();
  push("p1", true);
  push("metadata");
  started[0]!.respond(null);
  answer("metadata");
  assert.deepEqual(sent, ["re:metadata"]);
});

test("RequestQueue starts nothing while it is held, and drops late answers once cleared", () => {
  const { queue, push, answer, names, sent } = queueOf();
  push("a");
  queue.hold();
  push("b");
  answer("a");
  assert.deepEqual(names(), ["a"]);
  queue.release();
  assert.deepEqual(names(), ["a", "b"]);
  queue.clear();
  answer("b");
  assert.deepEqual(sent, ["re:a"]);
});
