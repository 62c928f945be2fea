import { gzipSync } from "node:zlib";
import { Produce } from "../../../src/wire/kafka/messages/index.ts";
import { ZERO_UUID } from "../../../src/base/uuid.ts";
import { batchBytes, type BatchBytes } from "../../support/batch-bytes.ts";
import { versionsOf, type Probe, type Section } from "../probe.ts";

interface Case {
  readonly title: string;
  readonly version?: number;
  readonly acks?: number;
  readonly topic?: string;
  readonly partition?: number;
  readonly topicId?: string;
  readonly batch?: BatchBytes;
  readonly records?: Buffer | null;
}

const two = [{}, {}];
const junk = (): Buffer => Buffer.from("this is not compressed at all");
const HOUR_MS = 3_600_000;
const messageSet = (magic: 0 | 1): Buffer => {
  // An old message of key "k" and value "v": offset, size, CRC-32 (left zero), magic, attributes, and so on.
  const body = Buffer.from(
    magic === 0
      ? "00000000" + "0000" + "000000016b0000000176"
      : "00000000" + "0100" + "0000000000000001" + "000000016b0000000176",
    "hex",
  );
  const head = Buffer.alloc(12);
  head.writeInt32BE(body.length, 8);
  return Buffer.concat([head, body]);
};
const behind = (count: number, fill = 0): Buffer => Buffer.concat([batchBytes(), Buffer.alloc(count, fill)]);

/** Sequences of one topic with two partitions; the answers' offsets show what was accepted before. */
const cases = (): readonly Case[] => [
  { title: "acks -1", version: 12 },
  { title: "acks 1", version: 3, acks: 1 },
  { title: "acks 1", version: 8, acks: 1 },
  { title: "acks 2", acks: 2 },
  { title: "acks -2", acks: -2 },
  { title: "bad CRC", batch: { breakCrc: true } },
  { title: "magic 1 message set", records: messageSet(1) },
  { title: "magic 0 message set", records: messageSet(0) },
  { title: "magic 1 message set", version: 3, records: messageSet(1) },
  { title: "magic 3", batch: { magic: 3 } },
  { title: "empty record set", records: Buffer.alloc(0) },
  { title: "two batches in one partition", records: Buffer.concat([batchBytes(), batchBytes()]) },
  { title: "batch cut short by 5 bytes", records: batchBytes().subarray(0, -5) },
  { title: "10 bytes of junk", records: Buffer.alloc(10, 7) },
  { title: "batch length 0", batch: { batchLength: 0 } },
  { title: "batch length -1", batch: { batchLength: -1 } },
  ...[7, 8, 11, 12, 16, 18, 24, 30, 61].map((count) => ({
    title: `${count} zero bytes behind the batch`,
    records: behind(count),
  })),
  { title: "1 byte 0xff behind the batch", records: behind(1, 0xff) },
  { title: "13 bytes 0xff behind the batch", records: behind(13, 0xff) },
  { title: "base offset 5", batch: { baseOffset: 5 } },
  { title: "leader epoch 77", batch: { leaderEpoch: 77 } },
  { title: "count 3, two records", batch: { records: two, recordCount: 3 } },
  { title: "count 1, two records", batch: { records: two, recordCount: 1 } },
  { title: "count 2, last offset delta 5", batch: { records: two, lastOffsetDelta: 5 } },
  { title: "count 2, last offset delta 0", batch: { records: two, lastOffsetDelta: 0 } },
  { title: "count -1", batch: { recordCount: -1 } },
  { title: "no records, last offset delta -1", batch: { records: [], recordCount: 0, lastOffsetDelta: -1 } },
  { title: "no records, last offset delta 0", batch: { records: [], recordCount: 0, lastOffsetDelta: 0 } },
  { title: "inner offset deltas 0, 2", batch: { records: [{ offsetDelta: 0 }, { offsetDelta: 2 }] } },
  { title: "inner offset deltas 1, 0", batch: { records: [{ offsetDelta: 1 }, { offsetDelta: 0 }] } },
  { title: "record attributes 1", batch: { records: [{ attributes: 1 }] } },
  { title: "a record's length is wrong", batch: { records: [{ lengthError: 1 }] } },
  { title: "a header's key is null", batch: { records: [{ headers: [[null, "x"]] }] } },
  {
    title: "headers",
    batch: {
      records: [
        {
          headers: [
            ["a", "x"],
            ["a", "y"],
          ],
        },
      ],
    },
  },
  { title: "gzip", batch: { attributes: 1, body: (plain) => gzipSync(plain) } },
  { title: "gzip bit, body is not gzip", batch: { attributes: 1, body: junk } },
  { title: "gzip, body cut", batch: { attributes: 1, body: (plain) => gzipSync(plain).subarray(0, 12) } },
  { title: "lz4 bit, junk body", batch: { attributes: 3, body: junk } },
  { title: "snappy bit, junk body", batch: { attributes: 2, body: junk } },
  { title: "zstd bit, junk body", batch: { attributes: 4, body: junk } },
  { title: "zstd bit, Produce v6", version: 6, batch: { attributes: 4, body: junk } },
  { title: "codec 5", batch: { attributes: 5 } },
  { title: "codec 7", batch: { attributes: 7 } },
  { title: "gzip, inner offset deltas 0, 2", batch: gzipDeltas(0, 2) },
  { title: "gzip, inner offset deltas 1, 2", batch: gzipDeltas(1, 2) },
  { title: "attribute bit 7", batch: { attributes: 128 } },
  { title: "control bit", batch: { attributes: 32 } },
  { title: "log append time bit from a client", batch: { attributes: 8 } },
  { title: "delete horizon bit from a client", batch: { attributes: 64 } },
  { title: "transactional bit, no producer id", batch: { attributes: 16 } },
  { title: "timestamp 2 h ahead", batch: { baseTimestamp: Date.now() + 2 * HOUR_MS } },
  { title: "timestamp 59 min ahead", batch: { baseTimestamp: Date.now() + HOUR_MS - 60_000 } },
  { title: "timestamp 0", batch: { baseTimestamp: 0 } },
  { title: "timestamp -1", batch: { baseTimestamp: -1, maxTimestamp: -1 } },
  { title: "timestamp -5", batch: { baseTimestamp: -5 } },
  { title: "max timestamp wrong", batch: { maxTimestamp: 0 } },
  {
    title: "log append time topic, timestamp 2 h ahead",
    topic: "d-produce-append",
    batch: { baseTimestamp: Date.now() + 2 * HOUR_MS },
  },
  {
    title: "log append time topic, the client sets the bit",
    topic: "d-produce-append",
    batch: { attributes: 8 },
  },
  { title: "compacted topic, null key", topic: "d-produce-compact", batch: { records: [{ key: null }] } },
  {
    title: "compacted topic, middle key null",
    topic: "d-produce-compact",
    batch: { records: [{}, { key: null }, {}] },
  },
  { title: "compacted topic, tombstone", topic: "d-produce-compact", batch: { records: [{ value: null }] } },
  { title: "compacted topic, empty key", topic: "d-produce-compact", batch: { records: [{ key: "" }] } },
  {
    title: "compacted topic, null key and bad CRC",
    topic: "d-produce-compact",
    batch: { records: [{ key: null }], breakCrc: true },
  },
  { title: "batch of exactly 1048588 bytes", records: batchOfBytes(1_048_588) },
  { title: "batch of 1048589 bytes", records: batchOfBytes(1_048_589) },
  {
    title: "gzip of more than the limit",
    batch: { attributes: 1, records: [{ value: Buffer.alloc(2_000_000) }], body: (plain) => gzipSync(plain) },
  },
  { title: "larger than a segment", topic: "d-produce-small", records: batchOfBytes(1_048_588) },
  { title: "partition 9 of 2", partition: 9 },
  { title: "partition -1", partition: -1 },
  ...["no-such-topic", "", ".", "a/b", "x".repeat(250)].map((topic) => ({
    title: `topic "${topic.slice(0, 20)}"`,
    topic,
  })),
  { title: "__consumer_offsets from an ordinary client", topic: "__consumer_offsets" },
  { title: "min.insync.replicas 2 with one replica", topic: "d-produce-isr" },
];

function gzipDeltas(...deltas: number[]): BatchBytes {
  return {
    attributes: 1,
    records: deltas.map((offsetDelta) => ({ offsetDelta })),
    body: (plain) => gzipSync(plain),
  };
}

/** One record with a value that makes the whole batch `size` bytes. */
function batchOfBytes(size: number): Buffer {
  const overhead = batchBytes({ records: [{ value: Buffer.alloc(1_000_000) }] }).length - 1_000_000;
  return batchBytes({ records: [{ value: Buffer.alloc(size - overhead) }] });
}

async function produce(probe: Probe, one: Case, topic: string): Promise<void> {
  const { version = 12, acks = -1, partition = 0, topicId = ZERO_UUID } = one;
  const records = one.records === undefined ? batchBytes(one.batch) : one.records;
  const topicData = [{ name: one.topic ?? topic, topicId, partitionData: [{ index: partition, records }] }];
  await probe.ask(one.title, Produce, version, { acks, timeoutMs: 5_000, topicData });
}

async function several(probe: Probe): Promise<void> {
  const good = (index: number) => ({ index, records: batchBytes() });
  const bad = (index: number) => ({ index, records: batchBytes({ breakCrc: true }) });
  const ask = (title: string, topicData: Array<{ name: string; partitionData: ReturnType<typeof good>[] }>) =>
    probe.ask(title, Produce, 12, { acks: -1, timeoutMs: 5_000, topicData });
  await ask("the same partition twice", [{ name: "d-produce", partitionData: [good(0), good(0)] }]);
  await ask("the same topic twice", [
    { name: "d-produce", partitionData: [good(1)] },
    { name: "d-produce", partitionData: [good(0)] },
  ]);
  await ask("good, bad and unknown partitions in one request", [
    { name: "d-produce", partitionData: [good(0), bad(1)] },
    { name: "no-such-topic", partitionData: [good(0)] },
  ]);
  await ask("no topics", []);
}

export const produceSection: Section = {
  name: "produce",
  async run(probe) {
    const topicId = await probe.topic("d-produce", { partitions: 2 });
    await probe.topic("d-produce-append", { configs: { "message.timestamp.type": "LogAppendTime" } });
    await probe.topic("d-produce-compact", { configs: { "cleanup.policy": "compact" } });
    await probe.topic("d-produce-small", { configs: { "segment.bytes": "1048576" } });
    await probe.topic("d-produce-isr", { configs: { "min.insync.replicas": "2" } });
    await probe.topic("d-produce-versions");
    for (const version of versionsOf(Produce)) {
      if (version >= 13) continue;
      for (const acks of [1, -1]) {
        await produce(probe, { title: `a record with acks ${acks}`, version, acks }, "d-produce-versions");
      }
    }
    for (const one of cases()) await produce(probe, one, "d-produce");
    await produce(probe, { title: "by topic id", version: 13, topicId }, "d-produce");
    await produce(
      probe,
      { title: "unknown topic id", version: 13, topicId: "rZ0mc1pmRKeH6vTm1MOj1A" },
      "d-produce",
    );
    await produce(probe, { title: "zero topic id", version: 13 }, "d-produce");
    await several(probe);
    await produce(probe, { title: "null record set", records: null }, "d-produce");
  },
};
