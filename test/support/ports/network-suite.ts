import assert from "node:assert/strict";
import { test } from "node:test";
import type { Connection, Network } from "../../../src/ports/network.ts";
import type { Subject } from "./subject.ts";

const own = { host: "127.0.0.1", port: 0 };

/** Two ends of one stream, not started yet. */
async function pair(network: Network) {
  let accept: (connection: Connection) => void = () => {};
  const accepted = new Promise<Connection>((resolve) => (accept = resolve));
  const listener = await network.listen(own, (connection) => accept(connection));
  const near = await network.connect(listener.address);
  return { near, far: await accepted, listener };
}

interface Recorder {
  readonly received: () => string;
  /** Resolves when at least this many bytes have come. */
  has(sizeBytes: number): Promise<void>;
  readonly closed: Promise<Error | null>;
  readonly drained: Promise<void>;
}

function record(connection: Connection): Recorder {
  const chunks: Buffer[] = [];
  const waiters: { sizeBytes: number; resolve: () => void }[] = [];
  let onClose: (error: Error | null) => void = () => {};
  let onDrain: () => void = () => {};
  const closed = new Promise<Error | null>((resolve) => (onClose = resolve));
  const drained = new Promise<void>((resolve) => (onDrain = resolve));
  const size = () => chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const check = () => {
    for (const waiter of waiters) if (size() >= waiter.sizeBytes) waiter.resolve();
  };
  connection.start({
    onData(chunk) {
      chunks.push(chunk);
      check();
    },
    onDrain: () => onDrain(),
    onClose: (error) => onClose(error),
  });
  return {
    received: () => Buffer.concat(chunks).toString(),
    has: (sizeBytes) =>
      new Promise((resolve) => {
        waiters.push({ sizeBytes, resolve });
        check();
      }),
    closed,
    drained,
  };
}

export function networkSuite(subject: Subject): void {
  streamTests(subject);
  closingTests(subject);
  failureTests(subject);
}

function streamTests(subject: Subject): void {
  const { name } = subject;

  test(`${name} network: bytes arrive in the order they were written, both ways`, () =>
    subject.run(async ({ network }) => {
      const { near, far, listener } = await pair(network);
      const [atNear, atFar] = [record(near), record(far)];
      near.write([Buffer.from("one,"), Buffer.from("two,")]);
      near.write([Buffer.from("three")]);
      far.write([Buffer.from("answer")]);
      await Promise.all([atFar.has(13), atNear.has(6), atNear.drained]);
      assert.equal(atFar.received(), "one,two,three");
      assert.equal(atNear.received(), "answer");
      assert.equal(near.queuedBytes, 0);
      assert.deepEqual(far.remoteAddress, near.localAddress);
      near.destroy();
      await Promise.all([listener.close(), atNear.closed, atFar.closed]);
    }));

  test(`${name} network: what came before start is not lost`, () =>
    subject.run(async ({ network, clock }) => {
      const { near, far, listener } = await pair(network);
      record(near);
      near.write([Buffer.from("early")]);
      await new Promise<void>((resolve) => void clock.schedule(20, resolve));
      const atFar = record(far);
      await atFar.has(5);
      assert.equal(atFar.received(), "early");
      near.destroy();
      await Promise.all([listener.close(), atFar.closed]);
    }));

  test(`${name} network: a peer that is not read holds the writer back`, () =>
    subject.run(async ({ network, clock }) => {
      const { near, far, listener } = await pair(network);
      const [atNear, atFar] = [record(near), record(far)];
      far.pause();
      const chunk = Buffer.alloc(1 << 20, "x");
      for (let i = 0; i < 16; i += 1) near.write([chunk]);
      await new Promise<void>((resolve) => void clock.schedule(50, resolve));
      assert.ok(near.queuedBytes > 0, "the queue is still there");
      assert.ok(atFar.received().length < 1 << 20);
      far.resume();
      await Promise.all([atFar.has(16 << 20), atNear.drained]);
      near.destroy();
      await Promise.all([listener.close(), atFar.closed]);
    }));
}

function closingTests(subject: Subject): void {
  const { name } = subject;

  test(`${name} network: end sends what is queued, then both ends close in order`, () =>
    subject.run(async ({ network }) => {
      const { near, far, listener } = await pair(network);
      const [atNear, atFar] = [record(near), record(far)];
      near.write([Buffer.from("last words")]);
      near.end();
      near.write([Buffer.from("too late")]);
      assert.deepEqual(await Promise.all([atNear.closed, atFar.closed]), [null, null]);
      assert.equal(atFar.received(), "last words");
      await listener.close();
    }));

  test(`${name} network: destroy closes both ends, and writing afterwards is harmless`, () =>
    subject.run(async ({ network }) => {
      const { near, far, listener } = await pair(network);
      const [atNear, atFar] = [record(near), record(far)];
      near.destroy();
      near.destroy();
      near.write([Buffer.from("x")]);
      assert.equal(await atNear.closed, null);
      await atFar.closed;
      far.write([Buffer.from("x")]);
      far.end();
      await listener.close();
    }));

  test(`${name} network: a closed listener refuses newcomers and keeps its connections`, () =>
    subject.run(async ({ network }) => {
      const { near, far, listener } = await pair(network);
      const [atNear, atFar] = [record(near), record(far)];
      await listener.close();
      await assert.rejects(() => network.connect(listener.address), {
        name: "NetworkError",
        code: "ECONNREFUSED",
      });
      near.write([Buffer.from("still here")]);
      await atFar.has(10);
      near.end();
      await Promise.all([atNear.closed, atFar.closed]);
    }));
}

function failureTests(subject: Subject): void {
  const { name } = subject;

  test(`${name} network: an address is listened on once`, () =>
    subject.run(async ({ network }) => {
      const listener = await network.listen(own, () => {});
      await assert.rejects(() => network.listen(listener.address, () => {}), {
        name: "NetworkError",
        code: "EADDRINUSE",
      });
      await listener.close();
      await (await network.listen(listener.address, () => {})).close();
    }));

  test(`${name} network: an aborted connect is refused`, () =>
    subject.run(async ({ network }) => {
      const listener = await network.listen(own, (connection) => connection.destroy());
      await assert.rejects(() => network.connect(listener.address, AbortSignal.abort()), {
        name: "NetworkError",
        code: "ECONNABORTED",
      });
      await listener.close();
    }));
}
