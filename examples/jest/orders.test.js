const { Kafka, logLevel } = require("kafkajs");
const { matchers, startMillrace } = require("millrace/testing");

expect.extend(matchers);

let broker;

beforeAll(async () => {
  broker = await startMillrace({ topics: ["orders"] });
});
beforeEach(() => broker.reset());
afterAll(() => broker.stop());

async function order(id) {
  const kafka = new Kafka({
    brokers: [broker.bootstrapServers],
    logLevel: logLevel.NOTHING,
    retry: { initialRetryTime: 20 },
  });
  const producer = kafka.producer();
  await producer.connect();
  await producer.send({ topic: "orders", messages: [{ key: id, value: "two of them" }] });
  await producer.disconnect();
}

test("an order is there", async () => {
  await order("a");
  await expect(broker).toHaveRecord("orders", { key: "a" });
});

test("an order is there though the leader moved twice", async () => {
  const fault = broker.fail("Produce", "NOT_LEADER_OR_FOLLOWER", { times: 2 });
  await order("b");
  expect(fault.hits).toBe(2);
  await expect(broker).toHaveRecord("orders", { key: "b" });
});

test("the broker's time moves on beside fake timers", async () => {
  jest.useFakeTimers();
  try {
    const before = broker.now();
    await broker.advance("1h");
    expect(broker.now() - before).toBeGreaterThanOrEqual(3_600_000);
  } finally {
    jest.useRealTimers();
  }
});
