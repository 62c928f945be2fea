import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Kafka, logLevel } from "kafkajs";
import { startMillrace } from "millrace/testing";
import { startBilling } from "./billing.js";

const broker = await startMillrace({ topics: ["orders", "bills"] });
const kafka = new Kafka({
  brokers: [broker.bootstrapServers],
  logLevel: logLevel.NOTHING,
  retry: { initialRetryTime: 20, retries: 10 },
});
const stopBilling = await startBilling(kafka, {
  onBilled: (record) => broker.noteProcessed("billing", record),
});
const shop = kafka.producer();
await shop.connect();

after(async () => {
  await stopBilling();
  await shop.disconnect();
  await broker.stop();
});

async function order(id) {
  const value = JSON.stringify({ id, count: 2, price: 21 });
  await shop.send({ topic: "orders", messages: [{ key: id, value }] });
}

test("an order becomes a bill", async () => {
  await order("a");
  const [bill] = await broker.waitFor({ topic: "bills", where: ({ key }) => key === "a" });
  assert.deepEqual(bill.json(), { order: "a", sum: 42 });
});

test("a bill is written once, though the broker's answer was lost", async () => {
  const fault = broker.loseAnswer("Produce", { times: 1, topic: "bills" });
  await order("b");
  await order("c");
  await broker.waitFor({ topic: "bills", where: ({ key }) => key === "c" });
  const bills = (await broker.records("bills")).filter(({ key }) => key === "b");
  assert.equal(fault.hits, 1);
  assert.equal(bills.length, 1);
});

test("billing commits an order only when its bill is written", async () => {
  (await broker.check("billing")).assertFine();
});
