import { gzipSync } from "node:zlib";
import { Fetch } from "../../../src/wire/kafka/messages/index.ts";
import type { BatchBytes } from "../../support/batch-bytes.ts";
import type { Probe, Section } from "../probe.ts";

const FIXED_TIME_MS = 1_500_000_000_000;

/** What was sent, and how it comes back: only some header fields may have changed. */
const sent: ReadonlyArray<readonly [title: string, batch: BatchBytes]> = [
  ["leader epoch 77", { leaderEpoch: 77 }],
  ["inner deltas 0, 2", { records: [{ offsetDelta: 0 }, { offsetDelta: 2 }] }],
  ["inner deltas 1, 0", { records: [{ offsetDelta: 1 }, { offsetDelta: 0 }] }],
  ["record attributes 1", { records: [{ attributes: 1 }] }],
  ["attribute bit 7", { attributes: 128 }],
  ["log append time bit", { attributes: 8 }],
  ["delete horizon bit", { attributes: 64 }],
  ["max timestamp 0", { maxTimestamp: 0 }],
  ["max timestamp too large", { baseTimestamp: FIXED_TIME_MS, maxTimestamp: FIXED_TIME_MS + 99 }],
  [
    "records out of time order",
    { baseTimestamp: FIXED_TIME_MS, records: [{ timestampDelta: 5 }, { timestampDelta: 2 }] },
  ],
  ["timestamp -5", { baseTimestamp: -5, maxTimestamp: -5 }],
  ["a null key and value", { records: [{ key: null, value: null }] }],
  [
    "headers",
    {
      records: [
        {
          headers: [
            ["a", "1"],
            ["b", "2"],
          ],
        },
      ],
    },
  ],
  ["gzip", { attributes: 1, body: (plain) => gzipSync(plain) }],
];

const onTopics: ReadonlyArray<readonly [configs: Record<string, string>, title: string, batch: BatchBytes]> =
  [
    [
      { "message.timestamp.type": "LogAppendTime" },
      "timestamp 1000",
      { baseTimestamp: 1_000, records: [{}, {}] },
    ],
    [
      { "message.timestamp.type": "LogAppendTime" },
      "gzip",
      { attributes: 1, body: (plain) => gzipSync(plain) },
    ],
    [{ "compression.type": "gzip" }, "plain records", { records: [{}, {}] }],
    [{ "compression.type": "uncompressed" }, "gzip", { attributes: 1, body: (plain) => gzipSync(plain) }],
    [{ "compression.type": "zstd" }, "plain records", { records: [{}, {}] }],
    [{ "compression.type": "lz4" }, "plain records", { records: [{}, {}] }],
    [{ "compression.type": "snappy" }, "plain records", { records: [{}, {}] }],
  ];

async function fetchFrom(probe: Probe, title: string, topic: string, offset: number): Promise<void> {
  await probe.ask(title, Fetch, 11, {
    maxWaitMs: 200,
    minBytes: 1,
    topics: [{ topic, partitions: [{ partition: 0, fetchOffset: offset, partitionMaxBytes: 1_000_000 }] }],
    forgottenTopicsData: [],
  });
}

export const storedRecords: Section = {
  name: "stored-records",
  async run(probe) {
    await probe.topic("d-stored");
    for (const [title, batch] of sent) {
      const offset = await probe.append("d-stored", batch);
      await fetchFrom(probe, title, "d-stored", offset);
    }
    for (const [index, [configs, title, batch]] of onTopics.entries()) {
      const name = `d-stored-${index}`;
      await probe.topic(name, { configs });
      const offset = await probe.append(name, batch);
      await fetchFrom(probe, `${title} on a topic with ${JSON.stringify(configs)}`, name, offset);
    }
  },
};
