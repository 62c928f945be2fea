import { Fetch, Produce } from "../../../src/wire/kafka/messages/index.ts";
import { ZERO_UUID } from "../../../src/base/uuid.ts";
import type { RequestInput } from "../../../src/wire/kafka/schema.ts";
import { batchBytes } from "../../support/batch-bytes.ts";
import { versionsOf, type Probe, type Section } from "../probe.ts";

interface Case {
  readonly title: string;
  readonly version?: number;
  readonly topic?: string;
  readonly topicId?: string;
  readonly partition?: number;
  readonly offset?: number;
  readonly partitionMaxBytes?: number;
  readonly currentLeaderEpoch?: number;
  readonly lastFetchedEpoch?: number;
  readonly request?: Partial<RequestInput<typeof Fetch>>;
}

/** Ten batches of two records lie in d-fetch, offsets 0 to 19. */
const cases: readonly Case[] = [
  { title: "offset 0" },
  { title: "an offset inside a batch", offset: 3 },
  { title: "the log's end", offset: 20 },
  { title: "beyond the log's end", offset: 21 },
  { title: "offset -1", offset: -1 },
  { title: "more minimum bytes than there are", request: { minBytes: 1_000_000 } },
  { title: "minimum bytes 0 at the end", offset: 20, request: { minBytes: 0 } },
  { title: "no wait at the end", offset: 20, request: { maxWaitMs: 0 } },
  { title: "wait -1 at the end", offset: 20, request: { maxWaitMs: -1 } },
  { title: "max bytes 0", request: { maxBytes: 0 } },
  { title: "max bytes -1", request: { maxBytes: -1 } },
  { title: "partition max bytes 0", partitionMaxBytes: 0 },
  { title: "partition max bytes -1", partitionMaxBytes: -1 },
  { title: "partition max bytes less than a batch", partitionMaxBytes: 10 },
  { title: "partition max bytes for two batches and a bit", partitionMaxBytes: 200 },
  { title: "partition 9", partition: 9 },
  { title: "unknown topic", topic: "no-such-topic" },
  { title: 'topic ""', topic: "" },
  { title: 'topic "a/b"', topic: "a/b" },
  { title: "unknown topic id", version: 13, topicId: "rZ0mc1pmRKeH6vTm1MOj1A" },
  { title: "zero topic id", version: 13, topicId: ZERO_UUID },
  { title: "a leader epoch that is too new", version: 16, currentLeaderEpoch: 5 },
  { title: "a leader epoch that is too new", currentLeaderEpoch: 5 },
  { title: "the right leader epoch", currentLeaderEpoch: 0 },
  { title: "last fetched epoch 0 at the end", version: 12, offset: 20, lastFetchedEpoch: 0 },
  { title: "last fetched epoch 7 at the end", version: 12, offset: 20, lastFetchedEpoch: 7 },
  { title: "read committed", request: { isolationLevel: 1 } },
  { title: "isolation level 2", request: { isolationLevel: 2 } },
  { title: "isolation level -1", request: { isolationLevel: -1 } },
  { title: "a rack, and no replica selector", version: 17, request: { rackId: "r1" } },
  { title: "a debugging consumer", request: { replicaId: -2 } },
];

function fetchRequest(topicId: string, one: Case): RequestInput<typeof Fetch> {
  const partition = {
    partition: one.partition ?? 0,
    fetchOffset: one.offset ?? 0,
    partitionMaxBytes: one.partitionMaxBytes ?? 1_000_000,
    ...(one.currentLeaderEpoch === undefined ? {} : { currentLeaderEpoch: one.currentLeaderEpoch }),
    ...(one.lastFetchedEpoch === undefined ? {} : { lastFetchedEpoch: one.lastFetchedEpoch }),
  };
  return {
    maxWaitMs: 200,
    minBytes: 1,
    maxBytes: 10_000_000,
    topics: [{ topic: one.topic ?? "d-fetch", topicId: one.topicId ?? topicId, partitions: [partition] }],
    forgottenTopicsData: [],
    ...one.request,
  };
}

/** A first partition's batch is given whole whatever the limits; further ones must fit. */
async function smallLimit(probe: Probe): Promise<void> {
  const partitions = [0, 1].map((partition) => ({ partition, fetchOffset: 0, partitionMaxBytes: 1_000_000 }));
  await probe.ask("max bytes 10, two partitions", Fetch, 11, {
    maxWaitMs: 200,
    minBytes: 1,
    maxBytes: 10,
    topics: [{ topic: "d-fetch", partitions }],
    forgottenTopicsData: [],
  });
}

async function longPoll(probe: Probe): Promise<void> {
  const startedAtMs = performance.now();
  const waiting = probe.askAside(
    Fetch,
    11,
    fetchRequest(ZERO_UUID, { title: "", offset: 20, request: { maxWaitMs: 5_000 } }),
  );
  await probe.pause(150);
  await probe.append("d-fetch");
  const answer = await waiting;
  probe.noteAnswer("a waiting fetch is answered by an append", Fetch, 11, answer);
  const tookMs = performance.now() - startedAtMs;
  probe.note("the time until then is that of the append", "bytes", tookMs >= 140 && tookMs < 2_000);
}

export const fetch: Section = {
  name: "fetch",
  async run(probe) {
    const topicId = await probe.topic("d-fetch", { partitions: 2 });
    for (let batch = 0; batch < 10; batch += 1) await probe.append("d-fetch", { records: [{}, {}] });
    for (const version of versionsOf(Fetch)) {
      await probe.ask("from the start", Fetch, version, fetchRequest(topicId, { title: "" }));
    }
    for (const one of cases) await probe.ask(one.title, Fetch, one.version ?? 11, fetchRequest(topicId, one));
    await smallLimit(probe);
    await longPoll(probe);
    await probe.topic("d-fetch-acks");
    await probe.ask("acks 1 becomes visible", Produce, 8, {
      acks: 1,
      timeoutMs: 5_000,
      topicData: [{ name: "d-fetch-acks", partitionData: [{ index: 0, records: batchBytes() }] }],
    });
    const visible = fetchRequest(ZERO_UUID, {
      title: "",
      topic: "d-fetch-acks",
      request: { maxWaitMs: 3_000 },
    });
    await probe.ask("acks 1 is fetched", Fetch, 11, visible);
  },
};
