import { Kafka, logLevel } from "kafkajs";
import { matchers, startMillrace, type TestBroker } from "millrace/testing";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";

expect.extend(matchers);

declare module "vitest" {
  interface Matchers<T = any> {
    toHaveRecord(topic: string, expected?: { key?: string; value?: string }): Promise<T>;
    toHaveLag(groupId: string, expected: number): Promise<T>;
  }
}

let broker: TestBroker;

beforeAll(async () => {
  broker = await startMillrace({ topics: [{ name: "orders", config: { "retention.ms": 86_400_000 } }] });
});
beforeEach(() => broker.reset());
afterAll(() => broker.stop());

async function order(id: string): Promise<void> {
  const kafka = new Kafka({ brokers: [broker.bootstrapServers], logLevel: logLevel.NOTHING });
  const producer = kafka.producer();
  await producer.connect();
  await producer.send({ topic: "orders", messages: [{ key: id, value: "two of them" }] });
  await producer.disconnect();
}

test("an order is there", async () => {
  await order("a");
  await expect(broker).toHaveRecord("orders", { key: "a" });
});

test("the next test begins without it, and orders are gone after two days", async () => {
  expect(await broker.records("orders")).toEqual([]);
  await order("b");
  await broker.advance("2d");
  await expect(broker).not.toHaveRecord("orders");
});

test("the broker's time moves on beside fake timers", async () => {
  vi.useFakeTimers();
  try {
    const before = broker.now();
    await broker.advance("1h");
    expect(broker.now() - before).toBeGreaterThanOrEqual(3_600_000);
  } finally {
    vi.useRealTimers();
  }
});
