import {
  DeleteRecords,
  Fetch,
  ListOffsets,
  OffsetForLeaderEpoch,
} from "../../../src/wire/kafka/messages/index.ts";
import { versionsOf, type Probe, type Section } from "../probe.ts";

const START_MS = 1_000_000_000_000;

interface Ask {
  readonly topic?: string;
  readonly partition?: number;
  readonly timestamp?: number;
  readonly currentLeaderEpoch?: number;
  readonly version?: number;
}

async function list(probe: Probe, title: string, ask: Ask): Promise<void> {
  const epoch = ask.currentLeaderEpoch;
  const partition = {
    partitionIndex: ask.partition ?? 0,
    timestamp: ask.timestamp ?? -1,
    ...(epoch === undefined ? {} : { currentLeaderEpoch: epoch }),
  };
  const topics = [{ name: ask.topic ?? "d-offsets", partitions: [partition] }];
  await probe.ask(title, ListOffsets, ask.version ?? 11, { replicaId: -1, topics });
}

async function timestamps(probe: Probe): Promise<void> {
  for (const version of versionsOf(ListOffsets)) {
    for (const timestamp of [-1, -2, -3, -4, -5, -6, -7, START_MS + 3_000]) {
      await list(probe, `timestamp ${timestamp}`, { version, timestamp });
    }
  }
  const asked = { exact: 3_000, between: 3_500, last: 9_000, beyond: 9_001 };
  for (const [name, after] of Object.entries(asked)) {
    await list(probe, `a timestamp ${name}`, { timestamp: START_MS + after });
  }
  await list(probe, "timestamp 0", { timestamp: 0 });
  for (const timestamp of [-1, -2, -3, -4, 0]) {
    await list(probe, `empty partition, timestamp ${timestamp}`, { partition: 1, timestamp });
  }
  await list(probe, "partition 9", { partition: 9 });
  await list(probe, "unknown topic", { topic: "no-such-topic" });
  await list(probe, 'topic ""', { topic: "" });
  await list(probe, "a leader epoch too new", { currentLeaderEpoch: 5 });
  await list(probe, "the right leader epoch", { currentLeaderEpoch: 0 });
  const twice = [0, 0].map((partitionIndex) => ({ partitionIndex, timestamp: -1 }));
  const topics = [{ name: "d-offsets", partitions: twice }];
  await probe.ask("the same partition twice", ListOffsets, 11, { replicaId: -1, topics });
  await probe.ask("no topics", ListOffsets, 11, { replicaId: -1, topics: [] });
}

async function epochs(probe: Probe): Promise<void> {
  const ask = (title: string, version: number, partition: Record<string, number>, topic = "d-offsets") =>
    probe.ask(title, OffsetForLeaderEpoch, version, {
      replicaId: -1,
      topics: [{ topic, partitions: [{ partition: 0, leaderEpoch: 0, ...partition }] }],
    });
  for (const version of versionsOf(OffsetForLeaderEpoch)) await ask("the current epoch", version, {});
  await ask("a future epoch", 4, { leaderEpoch: 3 });
  await ask("epoch -1", 4, { leaderEpoch: -1 });
  await ask("current leader epoch 7", 4, { currentLeaderEpoch: 7 });
  await ask("partition 9", 4, { partition: 9 });
  await ask("unknown topic", 4, {}, "no-such-topic");
}

async function deletions(probe: Probe): Promise<void> {
  const remove = (title: string, offset: number, { name = "d-offsets", version = 2 } = {}) =>
    probe.ask(title, DeleteRecords, version, {
      topics: [{ name, partitions: [{ partitionIndex: 0, offset }] }],
      timeoutMs: 5_000,
    });
  const fetch = (title: string, fetchOffset: number) =>
    probe.ask(title, Fetch, 11, {
      maxWaitMs: 100,
      minBytes: 1,
      topics: [{ topic: "d-offsets", partitions: [{ partition: 0, fetchOffset, partitionMaxBytes: 200 }] }],
      forgottenTopicsData: [],
    });
  for (const version of versionsOf(DeleteRecords)) {
    await remove(`delete to ${version + 1}`, version + 1, { version });
  }
  await fetch("fetch at the new start, inside a batch", 3);
  await fetch("fetch below it", 2);
  await list(probe, "earliest after it", { timestamp: -2 });
  await list(probe, "a deleted timestamp", { timestamp: START_MS });
  await remove("below the start", 1);
  await remove("beyond the high watermark", 999);
  await remove("to -2", -2);
  await remove("on a compacted topic", 0, { name: "d-offsets-compact" });
  await remove("unknown topic", 0, { name: "no-such-topic" });
  await remove("an internal topic", 0, { name: "__consumer_offsets" });
  await remove("to -1, the high watermark", -1);
  await list(probe, "earliest after deleting all", { timestamp: -2 });
  await list(probe, "latest after deleting all", { timestamp: -1 });
  await list(probe, "max timestamp after deleting all", { timestamp: -3 });
}

export const listOffsets: Section = {
  name: "list-offsets",
  async run(probe) {
    await probe.topic("d-offsets", { partitions: 2 });
    await probe.topic("d-offsets-compact", { configs: { "cleanup.policy": "compact" } });
    // Ten batches of two records; both of a batch have its second.
    for (let batch = 0; batch < 10; batch += 1) {
      await probe.append("d-offsets", { records: [{}, {}], baseTimestamp: START_MS + batch * 1_000 });
    }
    await timestamps(probe);
    await epochs(probe);
    await deletions(probe);
  },
};
