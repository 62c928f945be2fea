import assert from "node:assert/strict";
import { test } from "node:test";
import { producerOf, send, until } from "./clients.ts";
import { startControl, valuesOf, withBroker, type FaultSeen } from "./control.ts";

test("POST faults: kafkajs gets NOT_LEADER_OR_FOLLOWER twice, and its third attempt is answered", async () => {
  await using control = await startControl();
  const broker = await withBroker(control);
  await using producer = await producerOf(broker);
  const fault = await control.post<FaultSeen>(`/brokers/${broker.id}/faults`, {
    kind: "fail",
    api: "Produce",
    error: "NOT_LEADER_OR_FOLLOWER",
    times: 2,
    topic: "orders",
  });
  await send(producer, "orders", "one");
  const after = await control.get<FaultSeen>(`/brokers/${broker.id}/faults/${fault.id}`);
  assert.deepEqual([after.hits, after.isActive], [2, false]);
  const { requests } = await control.get<{ requests: { outcome: string; errors: string[] }[] }>(
    `/brokers/${broker.id}/requests?api=Produce&topic=orders&limit=10`,
  );
  assert.deepEqual(
    requests.map(({ outcome, errors }) => [outcome, ...errors]),
    [["refused", "NOT_LEADER_OR_FOLLOWER"], ["refused", "NOT_LEADER_OR_FOLLOWER"], ["answered"]],
  );
});

test("POST faults, loseAnswer: kafkajs sends again, which makes a duplicate", async () => {
  await using control = await startControl();
  const broker = await withBroker(control);
  await using producer = await producerOf(broker);
  await control.post(`/brokers/${broker.id}/faults`, { kind: "loseAnswer", api: "Produce", times: 1 });
  await send(producer, "orders", "one");
  assert.deepEqual(await valuesOf(control, broker), ["one", "one"]);
});

test("POST faults, disconnect: every connection of kafkajs breaks now, and it comes back", async () => {
  await using control = await startControl();
  const broker = await withBroker(control);
  await using producer = await producerOf(broker);
  await send(producer, "orders", "before");
  const { hits } = await control.post<FaultSeen>(`/brokers/${broker.id}/faults`, { kind: "disconnect" });
  assert.ok(hits > 0);
  await send(producer, "orders", "after");
  assert.deepEqual(await valuesOf(control, broker), ["before", "after"]);
});

test("DELETE faults/{id}: kafkajs is let in again", async () => {
  await using control = await startControl();
  const broker = await withBroker(control);
  const { id } = await control.post<FaultSeen>(`/brokers/${broker.id}/faults`, { kind: "refuseConnections" });
  const connecting = producerOf(broker);
  await until(async () => (await control.get<FaultSeen>(`/brokers/${broker.id}/faults/${id}`)).hits > 0);
  const lifted = await control.delete<FaultSeen>(`/brokers/${broker.id}/faults/${id}`);
  assert.deepEqual([lifted.id, lifted.isActive], [id, false]);
  await using producer = await connecting;
  await send(producer, "orders", "one");
  assert.deepEqual(await control.get(`/brokers/${broker.id}/faults`), { faults: [] });
});

test("POST faults, throttle and fullDisk: kafkajs is told to wait, and then that there is no room", async () => {
  await using control = await startControl();
  const broker = await withBroker(control);
  await using producer = await producerOf(broker);
  const throttle = await control.post<FaultSeen>(`/brokers/${broker.id}/faults`, { kind: "throttle", by: 1 });
  await send(producer, "orders", "slow");
  assert.ok((await control.get<FaultSeen>(`/brokers/${broker.id}/faults/${throttle.id}`)).hits > 0);
  const full = await control.post<FaultSeen>(`/brokers/${broker.id}/faults`, { kind: "fullDisk" });
  await assert.rejects(send(producer, "orders", "none"));
  assert.ok((await control.get<FaultSeen>(`/brokers/${broker.id}/faults/${full.id}`)).hits > 0);
});
