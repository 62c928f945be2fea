import assert from "node:assert/strict";
import { test } from "node:test";
import {
  decodeEpochCheckpoint,
  decodeOffsetCheckpoint,
  encodeEpochCheckpoint,
  encodeOffsetCheckpoint,
} from "./checkpoint-format.ts";
import { parsePartitionDirectory, parseSegmentFileName, segmentFileName } from "./file-names.ts";
import { decodeProducerSnapshot, encodeProducerSnapshot } from "./producer-snapshot.ts";
import { ProducerState, type BatchFacts } from "./producer-state.ts";
import {
  decodeCleanShutdown,
  decodeMetaProperties,
  decodePartitionMetadata,
  encodeCleanShutdown,
  encodeMetaProperties,
  encodePartitionMetadata,
} from "./properties-format.ts";
import { SegmentIndexes } from "./segment-indexes.ts";
import { decodeAbortedTransactions, encodeAbortedTransactions } from "./transaction-index.ts";

const hex = (bytes: Buffer): string => bytes.toString("hex");

test("an offset index is pairs of relative last offset and position", () => {
  const indexes = new SegmentIndexes(1000);
  indexes.observe({ position: 0, sizeBytes: 200, lastOffset: 1004, maxTimestamp: 7 }, 100);
  indexes.observe({ position: 200, sizeBytes: 200, lastOffset: 1009, maxTimestamp: 5 }, 100);
  indexes.observe({ position: 400, sizeBytes: 50, lastOffset: 1010, maxTimestamp: 9 }, 100);
  assert.equal(hex(indexes.offsets.bytes()), "00000009000000c8" + "0000000a00000190");
  indexes.seal();
  assert.equal(hex(indexes.times.bytes()), "000000000000000700000004" + "00000000000000090000000a");
});

test("a transaction index entry is 34 bytes, version first", () => {
  const transactions = [{ producerId: 1, firstOffset: 2, lastOffset: 3, lastStableOffset: 4 }];
  const bytes = encodeAbortedTransactions(transactions);
  const int64 = (value: number): string => value.toString(16).padStart(16, "0");
  assert.equal(hex(bytes), "0000" + int64(1) + int64(2) + int64(3) + int64(4));
  assert.deepEqual(decodeAbortedTransactions(bytes), transactions);
  assert.equal(decodeAbortedTransactions(bytes.subarray(1)), null);
});

function facts(sequence: number, more: Partial<BatchFacts> = {}): BatchFacts {
  return {
    producerId: 4,
    producerEpoch: 1,
    firstSequence: sequence,
    lastSequence: sequence + 1,
    firstOffset: sequence,
    lastOffset: sequence + 1,
    timestamp: 99,
    isTransactional: false,
    isControl: false,
    ...more,
  };
}

test("a producer snapshot holds a producer's batches, the newest last", () => {
  const state = new ProducerState();
  state.apply(facts(0, { isTransactional: true }), 5);
  const bytes = encodeProducerSnapshot(state);
  assert.equal(hex(bytes.subarray(0, 2)) + hex(bytes.subarray(6, 10)), "0001" + "00000001");
  const entry = "0000000000000004" + "0001" + "00000001" + "0000000000000001" + "00000001";
  assert.equal(hex(bytes.subarray(10)), entry + "0000000000000063" + "ffffffff" + "0000000000000000");
});

test("a producer snapshot brings the whole window back, and a damaged one nothing", () => {
  const state = new ProducerState();
  for (let sequence = 0; sequence < 20; sequence += 2) state.apply(facts(sequence), 5);
  state.apply(facts(0, { producerId: 8, firstSequence: 2 ** 31 - 1, lastSequence: 0 }), 5);
  const bytes = encodeProducerSnapshot(state);
  const entries = decodeProducerSnapshot(bytes, 1000)!;
  assert.deepEqual(
    entries,
    [...state.entries()].map((entry) => ({ ...entry, lastSeenMs: 1000 })),
  );
  assert.equal(entries[0]!.batches.length, 5);
  bytes[30]! ^= 1;
  assert.equal(decodeProducerSnapshot(bytes, 1000), null);
  assert.equal(decodeProducerSnapshot(bytes.subarray(0, 12), 1000), null);
});

test("checkpoints are a version, a count and as many lines; a torn one is none", () => {
  const epochs = encodeEpochCheckpoint([
    { epoch: 0, startOffset: 0 },
    { epoch: 3, startOffset: 17 },
  ]);
  assert.equal(epochs.toString(), "0\n2\n0 0\n3 17\n");
  assert.deepEqual(decodeEpochCheckpoint(epochs)?.[1], { epoch: 3, startOffset: 17 });
  assert.equal(decodeEpochCheckpoint(epochs.subarray(0, 7)), null);
  const offsets = encodeOffsetCheckpoint([{ topic: "a.b-c", partition: 2, offset: 9 }]);
  assert.equal(offsets.toString(), "0\n1\na.b-c 2 9\n");
  assert.deepEqual(decodeOffsetCheckpoint(offsets), [{ topic: "a.b-c", partition: 2, offset: 9 }]);
  assert.equal(decodeOffsetCheckpoint(Buffer.alloc(10)), null);
});

test("the small files read as Kafka writes them", () => {
  const meta = { clusterId: "c", nodeId: 3, directoryId: "AAAAAAAAAAAAAAAAAAAABw" };
  assert.deepEqual(decodeMetaProperties(encodeMetaProperties(meta)), meta);
  const kafkas = Buffer.from(
    "#\n#Tue Nov 25\nnode.id=1\ndirectory.id=AAAAAAAAAAAAAAAAAAAABw\nversion=1\ncluster.id=x\n",
  );
  assert.equal(decodeMetaProperties(kafkas)?.nodeId, 1);
  assert.equal(decodeMetaProperties(Buffer.from("version=1\n")), null);
  assert.equal(
    decodePartitionMetadata(encodePartitionMetadata("AAAAAAAAAAAAAAAAAAAABw")),
    "AAAAAAAAAAAAAAAAAAAABw",
  );
  assert.equal(decodePartitionMetadata(Buffer.from("version: 0\n")), null);
  assert.equal(decodeCleanShutdown(encodeCleanShutdown(12)), 12);
  assert.equal(decodeCleanShutdown(Buffer.alloc(0)), -1);
});

test("names of files and directories are told apart", () => {
  assert.equal(segmentFileName(42, "log"), "00000000000000000042.log");
  assert.deepEqual(parseSegmentFileName("00000000000000000042.index.swap"), {
    baseOffset: 42,
    kind: "index",
    stage: "swap",
  });
  for (const name of ["partition.metadata", "42.log", "00000000000000000042.log.tmp"]) {
    assert.equal(parseSegmentFileName(name), null);
  }
  assert.deepEqual(parsePartitionDirectory("a-b-12"), { topic: "a-b", partition: 12 });
  for (const name of ["remote-log-index-cache", "t-0.0123456789abcdef0123456789abcdef-delete", "t-", "-1"]) {
    assert.equal(parsePartitionDirectory(name), null);
  }
});
