import assert from "node:assert/strict";
import test from "node:test";
import { producerScene, StrictLeader, type ProducerScene } from "../../../test/support/producer-scene.ts";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { ClientEvents } from "../diagnostics.ts";
import type { RecordMetadata } from "./pending-send.ts";
import { Producer } from "./producer.ts";
import { json } from "../serializers.ts";

const one = (value: string): { topic: string; value: string } => ({ topic: "t", value });
const letters = ["a", "b", "c", "d", "e", "f", "g", "h"];
/** Each record a batch of its own. */
const single = { batchSizeBytes: 1 };

async function sendAll(scene: ProducerScene, values: readonly string[]): Promise<RecordMetadata[]> {
  const sent = values.map((value) => scene.producer.send(one(value)));
  return await scene.world.complete(Promise.all(sent));
}

test("records that are sent together travel together and get offsets in order", async () => {
  const leader = new StrictLeader();
  const scene = await producerScene(leader);
  const stored = await sendAll(scene, ["a", "b", "c"]);
  assert.deepEqual(
    stored.map(({ partition, offset }) => [partition, offset]),
    [
      [0, 0],
      [0, 1],
      [0, 2],
    ],
  );
  assert.deepEqual(leader.arrived, [
    { partition: 0, producerId: 7, epoch: 0, sequence: 0, values: ["a", "b", "c"] },
  ]);
});

test("a retry carries the same sequence, so that the broker can tell it from a new batch", async () => {
  const leader = new StrictLeader((_, index) => (index < 2 ? "NOT_LEADER_OR_FOLLOWER" : "stored"));
  const scene = await producerScene(leader);
  await sendAll(scene, ["a"]);
  assert.deepEqual(
    leader.arrived.map(({ epoch, sequence }) => [epoch, sequence]),
    [
      [0, 0],
      [0, 0],
      [0, 0],
    ],
  );
  assert.equal(scene.producer.metrics.retries, 2);
});

test("a batch whose answer was lost is sent again and stored once", async () => {
  const leader = new StrictLeader((_, index) => (index < 2 ? "lost" : "stored"));
  const scene = await producerScene(leader);
  const [stored] = await sendAll(scene, ["a"]);
  assert.deepEqual(leader.stored(), ["a"]);
  assert.equal(stored!.offset, 0, "the broker knows where the first try went");
  assert.equal(leader.arrived.length, 3);
});

test("five batches in flight keep their order, whichever of them is refused for now", async () => {
  for (let refused = 1; refused < letters.length; refused += 1) {
    const leader = new StrictLeader((_, index) => (index === refused ? "NOT_LEADER_OR_FOLLOWER" : "stored"));
    const scene = await producerScene(leader, single);
    await sendAll(scene, letters);
    assert.deepEqual(leader.stored(), letters, `the batch that was refused: ${refused}`);
    assert.ok(leader.arrived.every(({ epoch }) => epoch === 0));
  }
});

test("five batches in flight keep their order when the connection is lost under them", async () => {
  for (let lost = 1; lost < letters.length; lost += 1) {
    const leader = new StrictLeader((_, index) => (index === lost ? "lost" : "stored"));
    const scene = await producerScene(leader, single);
    await sendAll(scene, letters);
    assert.deepEqual(leader.stored(), letters, `the batch whose answer was lost: ${lost}`);
  }
});

test("no more than five requests wait for a broker", async () => {
  const leader = new StrictLeader();
  const scene = await producerScene(leader, { ...single, maxInFlight: 3 });
  await sendAll(scene, ["first"]);
  let most = 0;
  const note = (): void => {
    most = Math.max(most, scene.client.metrics.requestsInFlight);
  };
  subscribe("millrace:client:batch.acknowledged", note);
  await sendAll(scene, letters);
  unsubscribe("millrace:client:batch.acknowledged", note);
  // The one that was just answered is not counted any more.
  assert.equal(most, 2);
});

test("a refusal for good is the sender's, and the partition goes on with the next epoch", async () => {
  const leader = new StrictLeader(({ values }) => (values[0] === "b" ? "INVALID_RECORD" : "stored"));
  const scene = await producerScene(leader, single);
  const sent = ["a", "b", "c", "d"].map((value) => scene.producer.send(one(value)));
  const outcomes = await scene.world.complete(Promise.allSettled(sent));
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ["fulfilled", "rejected", "fulfilled", "fulfilled"],
  );
  assert.match(String((outcomes[1] as PromiseRejectedResult).reason), /produce to t-0: INVALID_RECORD/);
  assert.deepEqual(leader.stored(), ["a", "c", "d"]);
  const last = leader.arrived.at(-1)!;
  assert.deepEqual([last.producerId, last.epoch, last.sequence], [7, 1, 1]);
});

test("a leader that lost track of the producer is given the batch in the next epoch", async () => {
  const leader = new StrictLeader((_, index) =>
    index === 1 || index === 2 ? "OUT_OF_ORDER_SEQUENCE_NUMBER" : "stored",
  );
  const scene = await producerScene(leader, single);
  await sendAll(scene, ["a"]);
  await sendAll(scene, ["b", "c"]);
  assert.deepEqual(leader.stored(), ["a", "b", "c"]);
  const last = leader.arrived.at(-1)!;
  assert.deepEqual([last.producerId, last.epoch, last.sequence], [7, 1, 1]);
});

test("a producer whose epoch was taken over gets another id", async () => {
  const leader = new StrictLeader((_, index) => (index === 1 ? "INVALID_PRODUCER_EPOCH" : "stored"));
  const scene = await producerScene(leader, single);
  await sendAll(scene, ["a"]);
  await sendAll(scene, ["b"]);
  assert.deepEqual(leader.stored(), ["a", "b"]);
  assert.equal(leader.arrived.at(-1)!.producerId, 8);
});

test("a batch that is too large for the topic is cut until it fits, and later ones are made smaller", async () => {
  const leader = new StrictLeader(({ values }) => (values.length > 2 ? "MESSAGE_TOO_LARGE" : "stored"));
  const scene = await producerScene(leader);
  const stored = await sendAll(scene, letters);
  assert.deepEqual(leader.stored(), letters);
  assert.deepEqual(
    stored.map(({ offset }) => offset),
    [0, 1, 2, 3, 4, 5, 6, 7],
  );
  assert.equal(scene.producer.metrics.batchesSplit, 3);
  assert.ok(
    leader.arrived.every(({ epoch }) => epoch === 0),
    "the halves have the numbers of the whole",
  );
  await sendAll(scene, letters);
  assert.equal(scene.producer.metrics.batchesSplit, 3);
});

test("a record that is too large for the topic fails alone", async () => {
  const leader = new StrictLeader(({ values }) => (values.includes("c") ? "MESSAGE_TOO_LARGE" : "stored"));
  const scene = await producerScene(leader);
  const sent = ["a", "b", "c", "d"].map((value) => scene.producer.send(one(value)));
  const outcomes = await scene.world.complete(Promise.allSettled(sent));
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ["fulfilled", "fulfilled", "rejected", "fulfilled"],
  );
  assert.deepEqual(leader.stored(), ["a", "b", "d"]);
});

test("a batch is freed only when its acks are satisfied or it has failed for good", async () => {
  const freed: string[] = [];
  const note = (message: unknown): void => {
    const { reason, attempt } = message as ClientEvents["batch.freed"];
    freed.push(`${reason} after ${attempt}`);
  };
  subscribe("millrace:client:batch.freed", note);
  const leader = new StrictLeader((_, index) => {
    assert.ok(scene.producer.metrics.bufferedBytes > 0, "what may have to be sent again is kept");
    if (index < 2) return "NOT_ENOUGH_REPLICAS";
    return index === 2 ? "stored" : "INVALID_RECORD";
  });
  const scene = await producerScene(leader);
  await scene.world.complete(scene.producer.send(one("a")));
  await assert.rejects(scene.world.complete(scene.producer.send(one("b"))));
  unsubscribe("millrace:client:batch.freed", note);
  assert.deepEqual(freed, ["acknowledged after 3", "failed after 1"]);
  assert.equal(scene.producer.metrics.bufferedBytes, 0);
});

test("acks 0 waits for nobody, and frees memory when the bytes have left", async () => {
  const { world, producer } = await producerScene(new StrictLeader(), { acks: 0 });
  assert.equal((await world.complete(producer.send(one("a")))).offset, -1);
  assert.equal(producer.metrics.bufferedBytes, 0);
});

test("records keep their order while the topic is being created and while memory is short", async () => {
  const leader = new StrictLeader();
  const scene = await producerScene(leader, { bufferMemoryBytes: 600, batchSizeBytes: 1 });
  scene.broker.topics.delete("t");
  scene.world.scheduler.after(700, null, () => scene.broker.topics.set("t", 1));
  const values = Array.from({ length: 20 }, (_, index) => String(index));
  await sendAll(scene, values);
  assert.deepEqual(leader.stored(), values);
});

test("records of one key go to one partition, those without are spread in batches", async () => {
  const leader = new StrictLeader();
  const { world, producer } = await producerScene(leader, { batchSizeBytes: 1_024 }, 4);
  const keyed = letters.map((value) => producer.send({ topic: "t", key: "21", value }));
  const partitions = (await world.complete(Promise.all(keyed))).map(({ partition }) => partition);
  assert.deepEqual(new Set(partitions).size, 1);
  await world.complete(producer.sendMany(Array.from({ length: 4_000 }, () => one("x".repeat(50)))));
  const counts = [0, 1, 2, 3].map((partition) => leader.stored(partition).length);
  for (const count of counts) assert.ok(count > 700 && count < 1_300, counts.join(", "));
});

test("a partition that was added since is found, one that is not there is refused", async () => {
  const leader = new StrictLeader();
  const scene = await producerScene(leader);
  await sendAll(scene, ["a"]);
  scene.broker.topics.set("t", 2);
  const added = scene.producer.send({ topic: "t", partition: 1, value: "b" });
  assert.equal((await scene.world.complete(added)).partition, 1);
  const beyond = scene.producer.send({ topic: "t", partition: 2, value: "c" });
  await assert.rejects(scene.world.complete(beyond), /Topic "t" has 2 partitions: there is no partition 2/);
});

test("serializers make keys and values of any type; what has none is refused by name", async () => {
  const leader = new StrictLeader();
  const { world, client } = await producerScene(leader);
  const typed = new Producer<string, { count: number }>({
    client,
    valueSerializer: json<object>().serialize,
  });
  await world.complete(typed.send({ topic: "t", key: "k", value: { count: 2 } }));
  assert.deepEqual(leader.stored(), ['{"count":2}']);
  const plain = new Producer<string, number>({ client });
  await assert.rejects(plain.send({ topic: "t", value: 2 }), /A value for topic "t" is text, bytes or null/);
});

test("a setting that cannot be is refused by its name", async () => {
  const { client } = await producerScene(new StrictLeader());
  assert.throws(() => new Producer({ client, maxInFlight: 6 }), /maxInFlight of 1 to 5, not 6/);
  assert.throws(() => new Producer({ client, acks: 0, isIdempotent: true }), /needs acks 1 or all/);
  assert.throws(() => new Producer({ client, batchSizeBytes: 0 }), /batchSizeBytes is from 1/);
});
