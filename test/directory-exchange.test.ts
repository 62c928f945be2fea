import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { gzipSync } from "node:zlib";
import {
  CreateTopics,
  DescribeConfigs,
  Fetch,
  FindCoordinator,
  ListOffsets,
  Metadata,
  OffsetCommit,
  OffsetFetch,
  Produce,
} from "../src/wire/kafka/messages/index.ts";
import { batchBytes, seeBatches, type SeenBatch } from "./support/batch-bytes.ts";
import type { BrokerProcess } from "./support/broker-process.ts";
import { startKafka } from "./support/kafka.ts";
import { kafkaUnavailable } from "./support/kafka-jars.ts";
import { startMillrace } from "./support/millrace.ts";
import { scratchFolder } from "./support/project-files.ts";
import { until } from "./support/processes.ts";
import { RawConnection } from "./support/raw-connection.ts";

/*
 * The directory on the disk is Kafka's: what one of the two brokers wrote and closed cleanly is served by the other,
 * records, offsets, settings and identity alike.
 */

const TOPIC = "exchanged";
const GROUP = "readers";
const FIXED_TIME_MS = 1_600_000_000_000;
const settings = { "group.initial.rebalance.delay.ms": "0", "offsets.topic.num.partitions": "3" };

async function withConnection<T>(
  broker: BrokerProcess,
  use: (connection: RawConnection) => Promise<T>,
): Promise<T> {
  const connection = await RawConnection.open(broker);
  try {
    return await use(connection);
  } finally {
    connection.close();
  }
}

/** A topic of two partitions, plain and compressed batches, an idempotent producer, a setting, committed offsets. */
async function fill(broker: BrokerProcess): Promise<void> {
  await withConnection(broker, async (connection) => {
    const configs = [{ name: "retention.ms", value: "-1" }];
    const topic = { name: TOPIC, numPartitions: 2, replicationFactor: 1, assignments: [], configs };
    await connection.ask(CreateTopics, 7, { topics: [topic] });
    await untilServed(connection);
    for (let count = 0; count < 5; count += 1) {
      const time = { baseTimestamp: FIXED_TIME_MS + count * 1_000 };
      await append(
        connection,
        0,
        batchBytes({ ...time, records: [{ key: `a${count}` }, { key: `b${count}` }] }),
      );
      await append(connection, 1, batchBytes({ ...time, attributes: 1, body: (plain) => gzipSync(plain) }));
    }
    // Now: a producer whose last record is a day old is forgotten.
    const idempotent = { producerId: 77, producerEpoch: 0 };
    for (const baseSequence of [0, 1])
      await append(connection, 0, batchBytes({ ...idempotent, baseSequence }));
    await commit(connection, 4);
  });
}

async function untilServed(connection: RawConnection): Promise<void> {
  const partitions = [0, 1].map((partitionIndex) => ({ partitionIndex, timestamp: -1 }));
  await until("the topic is served", async () => {
    const answer = await connection.ask(ListOffsets, 5, {
      replicaId: -1,
      topics: [{ name: TOPIC, partitions }],
    });
    return answer.topics[0]?.partitions.every((each) => each.errorCode === 0) === true;
  });
}

async function append(connection: RawConnection, index: number, records: Buffer): Promise<number> {
  const topicData = [{ name: TOPIC, partitionData: [{ index, records }] }];
  const answer = await connection.ask(Produce, 8, { acks: -1, timeoutMs: 10_000, topicData });
  const partition = answer.responses[0]?.partitionResponses[0];
  assert.equal(partition?.errorCode, 0);
  return partition.baseOffset;
}

async function commit(connection: RawConnection, committedOffset: number): Promise<void> {
  await connection.ask(FindCoordinator, 3, { key: GROUP, keyType: 0 });
  const partitions = [{ partitionIndex: 0, committedOffset, committedMetadata: "half way" }];
  await until("the commit is taken", async () => {
    const topics = [{ name: TOPIC, partitions }];
    const answer = await connection.ask(OffsetCommit, 5, { groupId: GROUP, memberId: "", topics });
    return answer.topics[0]?.partitions[0]?.errorCode === 0;
  });
}

interface Contents {
  readonly topicId: string;
  readonly clusterId: string | null;
  readonly batches: SeenBatch[][];
  readonly committed: unknown;
  readonly retention: string | null | undefined;
  readonly offsetOfTime: number | undefined;
}

async function contents(broker: BrokerProcess): Promise<Contents> {
  return withConnection(broker, async (connection) => {
    await untilServed(connection);
    const metadata = await connection.ask(Metadata, 12, {
      topics: [{ name: TOPIC }],
      allowAutoTopicCreation: false,
    });
    const resources = [{ resourceType: 2, resourceName: TOPIC, configurationKeys: ["retention.ms"] }];
    const described = await connection.ask(DescribeConfigs, 4, { resources });
    const time = [{ partitionIndex: 0, timestamp: FIXED_TIME_MS + 2_500 }];
    const listed = await connection.ask(ListOffsets, 5, {
      replicaId: -1,
      topics: [{ name: TOPIC, partitions: time }],
    });
    return {
      topicId: metadata.topics[0]?.topicId ?? "",
      clusterId: metadata.clusterId,
      batches: [await batchesOf(connection, 0), await batchesOf(connection, 1)],
      committed: await committedOf(connection),
      retention: described.results[0]?.configs[0]?.value,
      offsetOfTime: listed.topics[0]?.partitions[0]?.offset,
    };
  });
}

/** A fetch ends with its segment, so there are several: a record of today does not go behind one of years ago. */
async function batchesOf(connection: RawConnection, partition: number): Promise<SeenBatch[]> {
  const batches: SeenBatch[] = [];
  for (;;) {
    const last = batches.at(-1);
    const fetchOffset = last === undefined ? 0 : last.baseOffset + last.lastOffsetDelta + 1;
    const partitions = [{ partition, fetchOffset, partitionMaxBytes: 1_000_000 }];
    const topics = [{ topic: TOPIC, partitions }];
    const answer = await connection.ask(Fetch, 11, {
      maxWaitMs: 100,
      minBytes: 1,
      topics,
      forgottenTopicsData: [],
    });
    const fetched = answer.responses[0]?.partitions[0];
    assert.equal(fetched?.errorCode, 0);
    const more = seeBatches(fetched.records ?? Buffer.alloc(0)).batches;
    if (more.length === 0) return batches;
    batches.push(...more);
  }
}

async function committedOf(connection: RawConnection): Promise<unknown> {
  await connection.ask(FindCoordinator, 3, { key: GROUP, keyType: 0 });
  let partition;
  await until("offsets are served", async () => {
    const topics = [{ name: TOPIC, partitionIndexes: [0] }];
    const answer = await connection.ask(OffsetFetch, 5, { groupId: GROUP, topics });
    partition = answer.topics[0]?.partitions[0];
    return answer.errorCode === 0;
  });
  return partition;
}

/** The other broker goes on where the first one stopped: offsets, and the idempotent producer's sequence. */
async function goOn(broker: BrokerProcess): Promise<void> {
  await withConnection(broker, async (connection) => {
    const next = { producerId: 77, producerEpoch: 0 };
    assert.equal(
      await append(connection, 0, batchBytes({ ...next, baseSequence: 1 })),
      11,
      "a repeated batch",
    );
    assert.equal(await append(connection, 0, batchBytes({ ...next, baseSequence: 2 })), 12, "the next batch");
  });
}

async function exchange(
  first: (dataDirectory: string) => Promise<BrokerProcess>,
  second: (dataDirectory: string) => Promise<BrokerProcess>,
): Promise<void> {
  const scratch = scratchFolder("exchange");
  const dataDirectory = join(scratch, "data");
  const started: BrokerProcess[] = [];
  try {
    const writer = await first(dataDirectory);
    started.push(writer);
    await fill(writer);
    const before = await contents(writer);
    assert.equal(before.batches.flat().length, 12);
    await writer.stop();
    const reader = await second(dataDirectory);
    started.push(reader);
    assert.deepEqual(await contents(reader), before);
    await goOn(reader);
  } finally {
    for (const broker of started) await broker.remove();
    rmSync(scratch, { recursive: true, force: true });
  }
}

const skip = (await kafkaUnavailable()) ?? false;

test("Millrace serves the data directory of a Kafka that was stopped cleanly", { skip }, () =>
  exchange(
    (dataDirectory) => startKafka({ settings, dataDirectory }),
    (dataDirectory) => startMillrace({ settings, dataDirectory }),
  ),
);

test("Kafka serves the data directory of a Millrace that was stopped cleanly", { skip }, () =>
  exchange(
    (dataDirectory) => startMillrace({ settings, dataDirectory }),
    (dataDirectory) => startKafka({ settings, dataDirectory, isFromMillrace: true }),
  ),
);
