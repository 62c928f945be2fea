import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { SeededRandom } from "../src/base/seeded-random.ts";
import { CreateTopics, Fetch, ListOffsets, Metadata, Produce } from "../src/wire/kafka/messages/index.ts";
import { batchBytes } from "./support/batch-bytes.ts";
import type { BrokerProcess } from "./support/broker-process.ts";
import { startMillrace } from "./support/millrace.ts";
import { until } from "./support/processes.ts";
import { NoAnswer, RawConnection, requestFrame } from "./support/raw-connection.ts";

/*
 * What a broker meets on an open port. Whatever one connection does, another client's records are acknowledged
 * meanwhile, in bounded time, and the memory stays bounded.
 */

const WITNESS_EVERY_MS = 20;
const WITNESS_LATENCY_MAX_MS = 2_000;
/** What one abuse may add to the broker's resident memory. */
const GROWTH_MAX_MB = 250;

let broker: BrokerProcess;

before(async () => {
  broker = await startMillrace();
  await withConnection(async (connection) => {
    const topic = { name: "witness", numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] };
    await connection.ask(CreateTopics, 5, { topics: [topic, { ...topic, name: "large" }] });
    await until("the topics are served", async () => {
      const partitions = [{ partitionIndex: 0, timestamp: -1 }];
      const topics = ["witness", "large"].map((name) => ({ name, partitions }));
      const answer = await connection.ask(ListOffsets, 5, { replicaId: -1, topics });
      return answer.topics.every((each) => each.partitions[0]?.errorCode === 0);
    });
  });
});

after(() => broker.remove());

async function withConnection<T>(use: (connection: RawConnection) => Promise<T>): Promise<T> {
  const connection = await RawConnection.open(broker);
  try {
    return await use(connection);
  } finally {
    connection.close();
  }
}

function residentMb(): number {
  const status = readFileSync(`/proc/${broker.process.pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024;
}

async function produce(connection: RawConnection, topic: string, records = batchBytes()): Promise<void> {
  const topicData = [{ name: topic, partitionData: [{ index: 0, records }] }];
  const answer = await connection.ask(Produce, 8, { acks: -1, timeoutMs: 10_000, topicData });
  assert.equal(answer.responses[0]?.partitionResponses[0]?.errorCode, 0);
}

/** Runs `abuse` while another client produces; checks that client's records, and the broker's memory. */
async function withWitness(abuse: () => Promise<void>): Promise<void> {
  const before = residentMb();
  let isOver = false;
  let slowestMs = 0;
  let count = 0;
  let residentMaxMb = before;
  const witness = withConnection(async (connection) => {
    while (!isOver || count === 0) {
      const startedAtMs = performance.now();
      await produce(connection, "witness");
      slowestMs = Math.max(slowestMs, performance.now() - startedAtMs);
      residentMaxMb = Math.max(residentMaxMb, residentMb());
      count += 1;
      await delay(WITNESS_EVERY_MS);
    }
  });
  try {
    await abuse();
  } finally {
    isOver = true;
    await witness;
  }
  const figures = `${count} records, slowest ${slowestMs.toFixed(0)} ms, ${before.toFixed(0)} to ${residentMaxMb.toFixed(0)} MB`;
  assert.ok(slowestMs < WITNESS_LATENCY_MAX_MS, `another client is kept waiting: ${figures}`);
  assert.ok(residentMaxMb - before < GROWTH_MAX_MB, `memory grows without bound: ${figures}`);
}

async function open(): Promise<Socket> {
  const socket = connect(broker.port, broker.host);
  // Being cut off is what most of these connections are for.
  socket.on("error", () => undefined);
  await new Promise<void>((resolve) => socket.once("connect", () => resolve()));
  return socket;
}

const closed = (socket: Socket): Promise<void> =>
  new Promise((resolve) => socket.once("close", () => resolve()));

test("random bytes close their connection and nothing else", () =>
  withWitness(async () => {
    const random = new SeededRandom(1);
    for (let round = 0; round < 300; round += 1) {
      const socket = await open();
      socket.resume();
      const bytes = random.bytes(1 + random.below(200));
      bytes[0]! |= 0x10; // A length beyond any limit or below zero: it can't be mistaken for the start of a frame.
      const gone = closed(socket);
      socket.write(bytes);
      if (bytes.length >= 4) await gone;
      socket.destroy();
    }
  }));

test("random bytes behind a proper header close their connection and nothing else", () =>
  withWitness(async () => {
    const random = new SeededRandom(2);
    for (let round = 0; round < 500; round += 1) {
      const api = random.below(93);
      const body = random.bytes(random.below(60));
      const header = Buffer.alloc(14);
      header.writeInt32BE(10 + body.length, 0);
      header.writeInt16BE(api, 4);
      header.writeInt16BE(random.below(14), 6);
      header.writeInt32BE(round, 8);
      header.writeInt16BE(-1, 12);
      const socket = await open();
      socket.resume();
      socket.end(Buffer.concat([header, body]));
      await closed(socket);
    }
  }));

test("a frame above the limit closes its connection before it is read", () =>
  withWitness(async () => {
    for (const length of [104_857_601, 2_147_483_647, -1, 0]) {
      await withConnection(async (connection) => {
        const bytes = Buffer.alloc(4);
        bytes.writeInt32BE(length);
        connection.write(bytes);
        await assert.rejects(connection.frame(5_000), (error) => error instanceof NoAnswer && error.isClosed);
      });
    }
  }));

test("the largest frames, announced but not sent, take no memory", () =>
  withWitness(async () => {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32BE(104_857_600);
    const sockets = await Promise.all(Array.from({ length: 100 }, open));
    for (const socket of sockets) socket.write(bytes);
    await delay(500);
    for (const socket of sockets) socket.destroy();
  }));

test("half a frame is kept until the connection goes, and nothing else waits for it", () =>
  withWitness(async () => {
    const frame = requestFrame(Metadata, 4, { topics: null, allowAutoTopicCreation: false });
    const sockets = await Promise.all(Array.from({ length: 300 }, open));
    for (const socket of sockets) socket.write(frame.subarray(0, frame.length - 3));
    await delay(500);
    for (const socket of sockets) socket.destroy();
  }));

test("a request that arrives byte by byte is answered", () =>
  withWitness(() =>
    withConnection(async (connection) => {
      const frame = requestFrame(Metadata, 4, { topics: [], allowAutoTopicCreation: false });
      for (const byte of frame) {
        connection.write(Buffer.from([byte]));
        await delay(1);
      }
      const answer = await connection.frame();
      assert.ok(answer.length > 10);
    }),
  ));

const largeFetch = (): Buffer =>
  requestFrame(Fetch, 11, {
    maxWaitMs: 500,
    minBytes: 1,
    topics: [
      { topic: "large", partitions: [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 10_000_000 }] },
    ],
    forgottenTopicsData: [],
  });

test("clients that read slowly or never hold no unbounded memory", async () => {
  await withConnection(async (connection) => {
    const records = batchBytes({ records: [{ value: Buffer.alloc(900_000, 97) }] });
    for (let count = 0; count < 20; count += 1) await produce(connection, "large", records);
  });
  await withWitness(async () => {
    const sockets = await Promise.all(Array.from({ length: 20 }, open));
    for (const socket of sockets) {
      socket.pause();
      // Forty answers of 10 MB each are asked for, and none is read.
      for (let count = 0; count < 40; count += 1) socket.write(largeFetch());
    }
    await delay(3_000);
    for (const socket of sockets) socket.destroy();
  });
});

test("a client that sends requests and never reads its answers is held back", () =>
  withWitness(async () => {
    const frame = requestFrame(Metadata, 4, { topics: null, allowAutoTopicCreation: false });
    const many = Buffer.concat(Array.from({ length: 1_000 }, () => frame));
    const socket = await open();
    socket.pause();
    for (let count = 0; count < 200; count += 1) socket.write(many);
    await delay(3_000);
    socket.destroy();
  }));

test("five thousand idle connections cost little", () =>
  withWitness(async () => {
    const sockets: Socket[] = [];
    while (sockets.length < 5_000) sockets.push(...(await Promise.all(Array.from({ length: 100 }, open))));
    await withConnection((connection) =>
      connection.ask(Metadata, 4, { topics: [], allowAutoTopicCreation: false }),
    );
    for (const socket of sockets) socket.destroy();
  }));

test("ten thousand topics are created in a loop", () =>
  withWitness(() =>
    withConnection(async (connection) => {
      for (let count = 0; count < 10_000; count += 1) {
        const topic = {
          name: `many-${count}`,
          numPartitions: 1,
          replicationFactor: 1,
          assignments: [],
          configs: [],
        };
        const answer = await connection.ask(CreateTopics, 5, { topics: [topic] });
        assert.equal(answer.topics[0]?.errorCode, 0);
      }
    }),
  ));
