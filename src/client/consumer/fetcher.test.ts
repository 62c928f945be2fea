import assert from "node:assert/strict";
import test from "node:test";
import { ScriptedBroker } from "../../../test/support/scripted-broker.ts";
import { World } from "../../sim/world.ts";
import { Fetch } from "../../wire/kafka/messages/01-fetch.ts";
import { ListOffsets } from "../../wire/kafka/messages/02-list-offsets.ts";
import { OffsetForLeaderEpoch } from "../../wire/kafka/messages/23-offset-for-leader-epoch.ts";
import { buildBatch } from "../../wire/kafka/record-batch.ts";
import type { RequestOf, ResponseInput } from "../../wire/kafka/schema.ts";
import { ClusterClient } from "../network/cluster-client.ts";
import { Consumer } from "./consumer.ts";
import type { ConsumerOptions } from "./consumer-options.ts";

/* The consumer against brokers that say what a test wants: sessions, errors, epochs and back-pressure. */

type FetchRequest = RequestOf<typeof Fetch>;
type PartitionAnswer = ResponseInput<typeof Fetch>["responses"][number]["partitions"][number];

const TOPIC_ID = "AAAAAAAAAAAAAAAAAAAAAQ";
const NOT_LEADER = 6;
const AUTHORIZATION = 29;
const UNKNOWN_SESSION = 70;
const FENCED_EPOCH = 74;

function answer(
  partitions: PartitionAnswer[],
  rest: Partial<ResponseInput<typeof Fetch>> = {},
): ResponseInput<typeof Fetch> {
  const responses = partitions.length === 0 ? [] : [{ topic: "t", topicId: TOPIC_ID, partitions }];
  return { throttleTimeMs: 0, errorCode: 0, responses, ...rest };
}

function batch(partitionIndex: number, baseOffset: number, ...values: (string | Buffer)[]): PartitionAnswer {
  const records = values.map((value) => ({ key: null, value: Buffer.from(value) }));
  const highWatermark = baseOffset + values.length;
  const bytes = buildBatch({ baseOffset, records, partitionLeaderEpoch: 0 });
  return { partitionIndex, errorCode: 0, highWatermark, abortedTransactions: null, records: bytes };
}

function failed(partitionIndex: number, errorCode: number): PartitionAnswer {
  return { partitionIndex, errorCode, highWatermark: -1, abortedTransactions: null, records: null };
}

/** What the request asks of a partition; undefined when it does not name it. */
function asked(request: FetchRequest, partition: number) {
  return request.topics.flatMap(({ partitions }) => partitions).find((one) => one.partition === partition);
}

interface Scene {
  readonly world: World;
  readonly brokers: readonly ScriptedBroker[];
  readonly consumer: Consumer;
  /** All Fetch requests, in order. */
  readonly requests: FetchRequest[];
}

type Script = (request: FetchRequest, index: number) => ResponseInput<typeof Fetch> | null;

async function scene(brokerCount: number, script: Script, options: ConsumerOptions = {}): Promise<Scene> {
  const world = new World(1);
  const requests: FetchRequest[] = [];
  const brokers = Array.from({ length: brokerCount }, (_, index) => new ScriptedBroker(`broker${index}`));
  for (const [index, broker] of brokers.entries()) {
    broker.peers = brokers;
    broker.topicId = TOPIC_ID;
    broker.topics.set("t", 2);
    broker.on(Fetch, (request) => {
      requests.push(request);
      return script(request, index);
    });
    await world.complete(broker.start(world.machine(`broker${index}`).boot()));
  }
  const env = world.machine("client").boot();
  const client = new ClusterClient(env, { bootstrapServers: [{ host: "broker0", port: 9092 }] });
  const consumer = new Consumer({ client, autoOffsetReset: "none", ...options });
  consumer.assign([0, 1].map((partition) => ({ topic: "t", partition, offset: 0 })));
  return { world, brokers, consumer, requests };
}

async function valuesOf({ world, consumer }: Scene, polls: number, waitMs = 1_000): Promise<string[]> {
  const values: string[] = [];
  for (let poll = 0; poll < polls; poll += 1) {
    for (const { value } of await world.complete(consumer.poll(waitMs))) values.push(value!.toString());
  }
  return values;
}

test("records beside a partition in error are handed over, and the error is tried again", async () => {
  let isFirst = true;
  const set = await scene(1, (request) => {
    if (asked(request, 1) === undefined) return null;
    const first = isFirst;
    isFirst = false;
    return first ? answer([batch(0, 0, "a"), failed(1, NOT_LEADER)]) : answer([batch(1, 0, "b")]);
  });
  assert.deepEqual(await valuesOf(set, 2), ["a", "b"]);
});

test("each broker is asked for what it leads, and one that is slow does not hold up the others", async () => {
  const set = await scene(2, (request, index) => {
    const want = asked(request, index);
    assert.ok(want, `broker ${index} leads partition ${index}`);
    if (index === 0) return null;
    return answer(want.fetchOffset === 0 ? [batch(1, 0, "from 1")] : []);
  });
  assert.deepEqual(await valuesOf(set, 1), ["from 1"]);
});

test("an error that no retry mends is thrown, after what came with it", async () => {
  const set = await scene(1, () => answer([batch(0, 0, "a"), failed(1, AUTHORIZATION)]));
  assert.deepEqual(await valuesOf(set, 1), ["a"]);
  await assert.rejects(valuesOf(set, 1), /fetch t-1 from offset 0: TOPIC_AUTHORIZATION_FAILED/);
});

test("in a session only what has changed is sent, and a lost session is begun anew", async () => {
  const set = await scene(1, ({ sessionId, sessionEpoch }) => {
    if (sessionEpoch === 0) return answer([batch(0, 0, "a")], { sessionId: 7 });
    if (sessionEpoch === 1) return answer([batch(0, 1, "b")], { sessionId });
    return sessionEpoch === 2 ? { ...answer([]), errorCode: UNKNOWN_SESSION } : null;
  });
  await valuesOf(set, 2);
  await valuesOf(set, 1);
  const told = set.requests.map((request) => ({
    session: [request.sessionId, request.sessionEpoch],
    offsets: [0, 1].map((partition) => asked(request, partition)?.fetchOffset ?? null),
  }));
  assert.deepEqual(told.slice(0, 3), [
    { session: [0, 0], offsets: [0, 0] },
    { session: [7, 1], offsets: [1, null] },
    { session: [7, 2], offsets: [2, null] },
  ]);
  assert.deepEqual(told[3], { session: [0, 0], offsets: [2, 0] });
});

test("a broker that keeps no session gets every request in full", async () => {
  const set = await scene(1, (request) => {
    const { fetchOffset } = asked(request, 0)!;
    return fetchOffset < 3 ? answer([batch(0, fetchOffset, `v${fetchOffset}`)]) : null;
  });
  assert.deepEqual(await valuesOf(set, 3), ["v0", "v1", "v2"]);
  for (const request of set.requests) assert.ok(asked(request, 1), "partition 1 is named again");
});

test("partitions take turns when a response holds but one of them", async () => {
  const set = await scene(1, ({ topics }) => {
    const [first] = topics[0]!.partitions;
    return answer([batch(first!.partition, first!.fetchOffset, `p${first!.partition}`)]);
  });
  const values = await valuesOf(set, 20);
  const counts = ["p0", "p1"].map((name) => values.filter((value) => value === name).length);
  assert.ok(Math.min(...counts) >= 5, `${counts.join(" and ")} records`);
});

test("the next fetch is on its way before the records of the last are asked for", async () => {
  const set = await scene(1, (request) => {
    const offset = asked(request, 0)?.fetchOffset ?? Infinity;
    return offset < 2 ? answer([batch(0, offset, `v${offset}`)]) : null;
  });
  assert.deepEqual(await valuesOf(set, 1), ["v0"]);
  await set.world.complete(new Promise<void>((resolve) => set.world.scheduler.after(100, null, resolve)));
  assert.equal(asked(set.requests.at(-1)!, 0)?.fetchOffset, 2, "while v0 is being worked on");
});

test("a partition of which enough is waiting is not fetched; an idle one beside it is, at leisure", async () => {
  const sizeBytes = 1_000;
  const limits = { maxPartitionFetchBytes: 2_500, maxPollRecords: 1, fetchMaxWaitMs: 500 };
  const value = Buffer.alloc(sizeBytes, "x");
  let largest = 0;
  const set = await scene(
    1,
    (request) => {
      const offset = asked(request, 0)?.fetchOffset;
      return answer(offset === undefined ? [] : [batch(0, offset, value)]);
    },
    limits,
  );
  for (let count = 0; count < 10; count += 1) {
    await set.world.complete(set.consumer.poll());
    await set.world.complete(new Promise<void>((resolve) => set.world.scheduler.after(1_000, null, resolve)));
    largest = Math.max(largest, set.consumer.metrics.bufferedBytes);
  }
  assert.ok(
    largest > sizeBytes && largest <= limits.maxPartitionFetchBytes + 2 * sizeBytes,
    `${largest} bytes`,
  );
  const idle = set.requests.filter((request) => asked(request, 0) === undefined);
  assert.ok(idle.length > 10 && idle.length < 250, `${idle.length} requests for the idle one in 10 s`);
  for (const { maxWaitMs } of idle)
    assert.equal(maxWaitMs, 50, "short, so that the busy one is not kept waiting");
});

test("a paused partition is not fetched", async () => {
  const set = await scene(1, (request) => {
    assert.equal(asked(request, 0), undefined);
    return answer(asked(request, 1)?.fetchOffset === 0 ? [batch(1, 0, "other")] : []);
  });
  set.consumer.pause([{ topic: "t", partition: 0 }]);
  assert.deepEqual(await valuesOf(set, 2), ["other"]);
});

test("after a change of leader the position is checked, and a log that was cut is read from there", async () => {
  const set = await scene(
    1,
    (request) => {
      const want = asked(request, 0);
      if (want === undefined) return null;
      if (want.currentLeaderEpoch < 1) {
        return want.fetchOffset === 0
          ? answer([batch(0, 0, "a", "b", "c")])
          : answer([failed(0, FENCED_EPOCH)]);
      }
      return want.fetchOffset === 2 ? answer([batch(0, 2, "new c")]) : null;
    },
    { autoOffsetReset: "earliest" },
  );
  const broker = set.brokers[0]!;
  broker.on(OffsetForLeaderEpoch, ({ topics }) => {
    const [wanted] = topics[0]!.partitions;
    assert.deepEqual([wanted!.leaderEpoch, wanted!.currentLeaderEpoch], [0, 1]);
    const partitions = [{ errorCode: 0, partition: 0, leaderEpoch: 0, endOffset: 2 }];
    return { throttleTimeMs: 0, topics: [{ topic: "t", partitions }] };
  });
  set.consumer.pause([{ topic: "t", partition: 1 }]);
  assert.deepEqual(await valuesOf(set, 1), ["a", "b", "c"]);
  broker.leaderEpoch = 1;
  assert.deepEqual(await valuesOf(set, 1), ["new c"]);
});

test("a follower in the same rack is read from when the leader says so, and left when it is behind", async () => {
  const set = await scene(
    2,
    (request, index) => {
      const want = asked(request, 0);
      if (want === undefined) return null;
      assert.equal(request.rackId, "r2");
      if (index === 0) {
        if (want.fetchOffset === 0)
          return answer([{ ...batch(0, 0), records: null, preferredReadReplica: 2 }]);
        return want.fetchOffset === 1 ? answer([batch(0, 1, "from the leader")]) : null;
      }
      return answer([want.fetchOffset === 0 ? batch(0, 0, "from the follower") : failed(0, 1)]);
    },
    { clientRack: "r2" },
  );
  set.consumer.pause([{ topic: "t", partition: 1 }]);
  assert.deepEqual(await valuesOf(set, 2), ["from the follower", "from the leader"]);
});

test("a position outside the log is looked up where autoOffsetReset says", async () => {
  const set = await scene(
    1,
    (request) => {
      const offset = asked(request, 0)?.fetchOffset ?? 8;
      if (offset === 8) return answer([]);
      return answer([offset < 7 ? failed(0, 1) : batch(0, 7, "found")]);
    },
    { autoOffsetReset: "earliest" },
  );
  set.brokers[0]!.on(ListOffsets, () => ({
    topics: [{ name: "t", partitions: [{ partitionIndex: 0, errorCode: 0, offset: 7 }] }],
  }));
  assert.deepEqual(await valuesOf(set, 1), ["found"]);
});

test("what was on its way when a seek came is not handed over", async () => {
  const set = await scene(1, (request) => {
    const offset = asked(request, 0)?.fetchOffset;
    return offset === 0 || offset === 50 ? answer([batch(0, offset, `from ${offset}`)]) : null;
  });
  const polling = set.consumer.poll();
  set.consumer.seek({ topic: "t", partition: 0, offset: 50 });
  assert.equal((await set.world.complete(polling))[0]!.value!.toString(), "from 50");
});
