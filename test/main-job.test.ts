import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { Consumer, stringDeserializers } from "@platformatic/kafka";
import kafkajs from "kafkajs";
import { startMillrace } from "./support/millrace.ts";
import { until } from "./support/processes.ts";
import type { BrokerProcess } from "./support/broker-process.ts";

/*
 * The main job: real records in by one client, keyed, and out by a group of three members of another one, while the
 * broker is killed in the middle and comes back on its data.
 */

const TOPIC = "flights";
const PARTITIONS = 6;
const RECORDS_PER_SEND = 100;
const MEMBERS = 3;

interface Flight {
  readonly date: string;
  readonly origin: string;
  readonly destination: string;
}

interface Received {
  readonly key: string;
  readonly value: string;
}

function readFlights(): Flight[] {
  const file = new URL("../data/flights-10k.json", import.meta.resolve("vega-datasets"));
  return JSON.parse(readFileSync(file, "utf8")) as Flight[];
}

/** One member of the group; it joins again whenever its client gives up, as a service that is restarted does. */
class Member {
  /** By "PARTITION OFFSET", in the order of arrival. */
  readonly received = new Map<string, Received>();
  private readonly address: string;
  private isDone = false;
  private readonly running: Promise<void>;

  constructor(address: string) {
    this.address = address;
    this.running = this.run();
  }

  private async run(): Promise<void> {
    while (!this.isDone) {
      try {
        await this.consume();
      } catch {
        // The broker is away, or the group moved on without this member: the next round joins again.
      }
    }
  }

  private async consume(): Promise<void> {
    const consumer = new Consumer({
      clientId: "main-job",
      bootstrapBrokers: [this.address],
      groupId: "main-job",
      deserializers: stringDeserializers,
      sessionTimeout: 6_000,
      rebalanceTimeout: 6_000,
      heartbeatInterval: 500,
      maxWaitTime: 200,
      retries: 3,
      retryDelay: 200,
    });
    try {
      const stream = await consumer.consume({
        topics: [TOPIC],
        mode: "committed",
        fallbackMode: "earliest",
        autocommit: 100,
      });
      const failed = new Promise<Error>((resolve) => stream.once("error", resolve));
      stream.on("data", ({ key, value, partition, offset }) => {
        this.received.set(`${partition} ${offset}`, { key: String(key), value: String(value) });
      });
      let isFailed = false;
      void failed.then(() => (isFailed = true));
      await until("the member is done", () => this.isDone || isFailed, { timeoutMs: 120_000 });
      await stream.close();
    } finally {
      await consumer.close(true);
    }
  }

  async close(): Promise<void> {
    this.isDone = true;
    await this.running;
  }
}

/** Sends all flights in their order; `sent` is told how many are acknowledged so far. */
async function produce(
  address: string,
  flights: readonly Flight[],
  sent: (count: number) => void,
): Promise<void> {
  const kafka = new kafkajs.Kafka({
    brokers: [address],
    logLevel: kafkajs.logLevel.NOTHING,
    retry: { retries: 30, initialRetryTime: 100, maxRetryTime: 1_000 },
  });
  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
  });
  await producer.connect();
  for (let at = 0; at < flights.length; at += RECORDS_PER_SEND) {
    const part = flights.slice(at, at + RECORDS_PER_SEND);
    const messages = part.map((flight, index) => ({
      key: flight.origin,
      value: JSON.stringify({ at: at + index, ...flight }),
    }));
    await producer.send({ topic: TOPIC, acks: -1, messages });
    sent(at + part.length);
  }
  await producer.disconnect();
}

async function createTopic(address: string): Promise<void> {
  const admin = new kafkajs.Kafka({ brokers: [address], logLevel: kafkajs.logLevel.NOTHING }).admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: TOPIC, numPartitions: PARTITIONS }] });
  await admin.disconnect();
}

function checkOrder(flights: readonly Flight[], members: readonly Member[]): void {
  const byPlace = new Map(members.flatMap((member) => [...member.received]));
  assert.equal(byPlace.size, flights.length, "every record is in the log exactly once");
  const inLogOrder = [...byPlace.entries()].toSorted(
    ([a], [b]) => Number(a.split(" ")[1]) - Number(b.split(" ")[1]),
  );
  const keys = new Map<string, number[]>();
  for (const [, { key, value }] of inLogOrder) {
    const { at } = JSON.parse(value) as { at: number };
    keys.set(key, [...(keys.get(key) ?? []), at]);
    assert.equal(flights[at]?.origin, key);
  }
  for (const [key, places] of keys) {
    assert.deepEqual(
      places,
      places.toSorted((a, b) => a - b),
      `the flights from ${key} are in order`,
    );
  }
  for (const member of members) checkArrival(member);
}

/** A member may see a record again after a rebalance, but never an older one of a key for the first time. */
function checkArrival(member: Member): void {
  const latest = new Map<string, number>();
  for (const [place, { key }] of member.received) {
    const offset = Number(place.split(" ")[1]);
    assert.ok(offset > (latest.get(key) ?? -1), `${key} arrives in order at one member`);
    latest.set(key, offset);
  }
}

test("real records come out of a group complete and in order per key, although the broker is killed", async () => {
  const flights = readFlights();
  let broker: BrokerProcess = await startMillrace({ settings: { "group.initial.rebalance.delay.ms": "0" } });
  try {
    await createTopic(broker.address);
    const members = Array.from({ length: MEMBERS }, () => new Member(broker.address));
    let acknowledged = 0;
    const producing = produce(broker.address, flights, (count) => (acknowledged = count));
    await until("half is acknowledged", () => acknowledged >= flights.length / 2, { everyMs: 1 });
    await broker.kill();
    const atKill = acknowledged;
    assert.ok(atKill < flights.length, "the kill comes in the middle");
    broker = await broker.restart();
    await producing;
    assert.equal(acknowledged, flights.length);
    const seen = (): number => new Set(members.flatMap((member) => [...member.received.keys()])).size;
    await until("the group has read all", () => seen() >= flights.length, { timeoutMs: 60_000 }).catch(() => {
      throw new Error(`Only ${seen()} of ${flights.length} records came out`);
    });
    await Promise.all(members.map((member) => member.close()));
    checkOrder(flights, members);
  } finally {
    await broker.remove();
  }
});
