import assert from "node:assert/strict";
import { test } from "node:test";
import * as batchOf from "../../wire/kafka/record-batch.ts";
import { buildBatch, type BatchInput } from "../../wire/kafka/record-batch.ts";
import type { LogConfig } from "../log/log-config.ts";
import { soleBatchOf, validateBatch, type BatchRefusal } from "./validate-batch.ts";

const NOW = 1_700_000_000_000;
const HOUR = 3_600_000;
const CONFIG: LogConfig = {
  cleanupPolicyDelete: true,
  cleanupPolicyCompact: false,
  compressionType: "producer",
  deleteRetentionMs: 0,
  fileDeleteDelayMs: 0,
  flushMessages: Number.MAX_SAFE_INTEGER,
  flushMs: Number.MAX_SAFE_INTEGER,
  fsyncBeforeAck: true,
  indexIntervalBytes: 4096,
  maxCompactionLagMs: Number.MAX_SAFE_INTEGER,
  maxMessageBytes: 1_048_588,
  messageTimestampAfterMaxMs: HOUR,
  messageTimestampBeforeMaxMs: Number.MAX_SAFE_INTEGER,
  messageTimestampType: "CreateTime",
  minCleanableDirtyRatio: 0.5,
  minCompactionLagMs: 0,
  minInsyncReplicas: 1,
  retentionBytes: -1,
  retentionMs: -1,
  segmentBytes: 1_073_741_824,
  segmentIndexBytes: 10_485_760,
  segmentJitterMs: 0,
  segmentMs: 604_800_000,
};

function record(timestamp = NOW, key: string | null = "k") {
  return { timestamp, key: key === null ? null : Buffer.from(key), value: Buffer.from("v"), headers: [] };
}

function batchWith(input: Partial<BatchInput> = {}): Buffer {
  return buildBatch({ baseOffset: 0, records: [record(), record()], ...input });
}

/** A batch whose header was changed and whose checksum is right again. */
function patched(change: (batch: Buffer) => void, batch = batchWith()): Buffer {
  change(batch);
  batchOf.setCrc(batch, 0);
  return batch;
}

function verdict(batch: Buffer, config: Partial<LogConfig> = {}, requestVersion = 12): Buffer | BatchRefusal {
  const sole = soleBatchOf(batch, requestVersion);
  if (!Buffer.isBuffer(sole)) return sole;
  return validateBatch(sole, { config: { ...CONFIG, ...config }, nowMs: NOW });
}

function refusalOf(batch: Buffer, config: Partial<LogConfig> = {}, requestVersion = 12): string {
  const found = verdict(batch, config, requestVersion);
  assert.ok(!Buffer.isBuffer(found), "the batch should be refused");
  return `${found.error}${found.foundByLog ? " by the log" : ""}`;
}

function storedOf(batch: Buffer, config: Partial<LogConfig> = {}): Buffer {
  const found = verdict(batch, config);
  assert.ok(Buffer.isBuffer(found), `refused: ${JSON.stringify(found)}`);
  assert.ok(batchOf.crcIsValid(found, 0), "a stored batch has a right checksum");
  return found;
}

test("a good batch is stored as the very bytes that came", () => {
  const batch = batchWith();
  assert.equal(storedOf(batch), batch);
});

test("a record set must hold exactly one whole batch of magic 2", () => {
  const batch = batchWith();
  const withMagic = (magic: number): Buffer => patched((each) => batchOf.setMagic(each, 0, magic));
  assert.equal(refusalOf(Buffer.alloc(0)), "INVALID_RECORD");
  assert.equal(refusalOf(Buffer.alloc(10, 7)), "INVALID_RECORD");
  assert.equal(refusalOf(Buffer.concat([batch, batch])), "INVALID_RECORD");
  assert.equal(refusalOf(batch.subarray(0, batch.length - 5)), "INVALID_RECORD");
  assert.equal(refusalOf(withMagic(0)), "INVALID_RECORD");
  assert.equal(refusalOf(withMagic(1)), "INVALID_RECORD");
  assert.equal(refusalOf(withMagic(3)), "CORRUPT_MESSAGE");
  assert.equal(refusalOf(patched((each) => batchOf.setBatchSizeBytes(each, 0, 12))), "CORRUPT_MESSAGE");
  assert.equal(refusalOf(Buffer.concat([batch, Buffer.alloc(30)])), "CORRUPT_MESSAGE");
  assert.equal(storedOf(Buffer.concat([batch, Buffer.alloc(7)])).length, batch.length);
});

test("a wrong checksum is refused before anything else in the batch is believed", () => {
  const batch = batchWith();
  batch[batch.length - 1]! ^= 1;
  assert.equal(refusalOf(batch), "CORRUPT_MESSAGE");
});

test("a header that contradicts itself is refused", () => {
  const refusals: [string, (batch: Buffer) => void][] = [
    ["base offset 5", (batch) => batchOf.setBaseOffset(batch, 0, 5)],
    ["count 3 of 2", (batch) => batchOf.setRecordCount(batch, 0, 3)],
    ["count 1 of 2", (batch) => batchOf.setRecordCount(batch, 0, 1)],
    ["count -1", (batch) => batchOf.setRecordCount(batch, 0, -1)],
    ["last offset delta 5", (batch) => batchOf.setLastOffsetDelta(batch, 0, 5)],
    ["last offset delta 0", (batch) => batchOf.setLastOffsetDelta(batch, 0, 0)],
    ["control", (batch) => batchOf.setAttributes(batch, 0, batchOf.attributesFrom({ isControl: true }))],
    [
      "producer id without sequence",
      (batch) => {
        batchOf.setProducerId(batch, 0, 9);
        batchOf.setProducerEpoch(batch, 0, 0);
      },
    ],
  ];
  for (const [name, change] of refusals) {
    assert.equal(refusalOf(patched(change)), "INVALID_RECORD by the log", name);
  }
});

test("what Kafka stores as sent we store as sent", () => {
  const kept: ((batch: Buffer) => void)[] = [
    (batch) => batchOf.setAttributes(batch, 0, 0x80),
    (batch) => batchOf.setAttributes(batch, 0, 0x40),
    (batch) => batchOf.setProducerId(batch, 0, -2),
    (batch) => batchOf.setBaseSequence(batch, 0, 4),
    (batch) => {
      batchOf.setProducerId(batch, 0, 987656);
      batchOf.setBaseSequence(batch, 0, 0);
    },
  ];
  for (const change of kept) {
    const batch = patched(change);
    assert.equal(storedOf(batch), batch);
  }
});

test("records that cannot be read are refused, packed or not", () => {
  const torn = patched((batch) => (batch[61] = 0x7e));
  assert.equal(refusalOf(torn), "INVALID_RECORD by the log");
  for (const codec of ["gzip", "snappy", "lz4", "zstd"] as const) {
    const good = batchWith({ codec });
    assert.equal(storedOf(Buffer.from(good)).length, good.length);
    const junk = patched((batch) => batch.fill(0x55, 61), good);
    assert.equal(refusalOf(junk), "CORRUPT_MESSAGE by the log", codec);
  }
  const undefinedCodec = patched((batch) => batchOf.setAttributes(batch, 0, 5));
  assert.equal(refusalOf(undefinedCodec), "CORRUPT_MESSAGE by the log");
});

test("zstd needs Produce version 7", () => {
  assert.equal(refusalOf(batchWith({ codec: "zstd" }), {}, 6), "UNSUPPORTED_COMPRESSION_TYPE");
});

test("size limits are told apart: the topic's and the segment's", () => {
  const batch = batchWith();
  assert.equal(refusalOf(batch, { maxMessageBytes: batch.length - 1 }), "MESSAGE_TOO_LARGE");
  assert.equal(refusalOf(batch, { segmentBytes: batch.length - 1 }), "RECORD_LIST_TOO_LARGE");
  assert.equal(storedOf(batch, { maxMessageBytes: batch.length, segmentBytes: batch.length }), batch);
});

test("timestamps too far ahead name the records that are to blame", () => {
  const batch = batchWith({ records: [record(), record(NOW + 2 * HOUR)] });
  const found = verdict(batch) as BatchRefusal;
  assert.equal(found.error, "INVALID_TIMESTAMP");
  assert.deepEqual(
    found.recordErrors.map((each) => each.batchIndex),
    [1],
  );
  for (const timestamp of [NOW + HOUR, 0, -1, -5]) storedOf(batchWith({ records: [record(timestamp)] }));
});

test("a compacted topic refuses records without a key, by name", () => {
  const records = [record(), record(NOW, null), record(NOW, "")];
  const found = verdict(batchWith({ records }), { cleanupPolicyCompact: true }) as BatchRefusal;
  assert.equal(found.error, "INVALID_RECORD");
  assert.deepEqual(
    found.recordErrors.map((each) => each.batchIndex),
    [1],
  );
});

test("the broker computes the largest timestamp itself", () => {
  const batch = patched((each) => batchOf.setMaxTimestamp(each, 0, 0));
  assert.equal(batchOf.maxTimestampOf(storedOf(batch), 0), NOW);
  const negative = batchWith({ records: [record(-5)] });
  assert.equal(batchOf.maxTimestampOf(storedOf(negative), 0), -1);
});

test("LogAppendTime: stamped by the broker, refused from a client, cleared on a CreateTime topic", () => {
  const stampedByClient = (): Buffer => patched((each) => batchOf.setLogAppendTime(each, 0, NOW));
  const appendTime = { messageTimestampType: "LogAppendTime" } as const;
  const stored = storedOf(batchWith({ records: [record(1000)] }), appendTime);
  assert.ok(batchOf.isLogAppendTime(stored, 0));
  assert.equal(batchOf.maxTimestampOf(stored, 0), NOW);
  assert.equal(batchOf.baseTimestampOf(stored, 0), 1000);
  assert.equal(refusalOf(stampedByClient(), appendTime), "INVALID_TIMESTAMP by the log");
  assert.ok(!batchOf.isLogAppendTime(storedOf(stampedByClient()), 0));
});

test("a topic's own compression wins over the producer's", () => {
  const gzipped = storedOf(batchWith(), { compressionType: "gzip" });
  assert.equal(batchOf.codecOf(gzipped, 0), 1);
  const plain = storedOf(batchWith({ codec: "gzip" }), { compressionType: "uncompressed" });
  assert.equal(batchOf.codecOf(plain, 0), 0);
  assert.deepEqual(plain.subarray(61), batchWith().subarray(61));
});
