import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { CODEC_NAMES } from "../../base/compression.ts";
import { DecodeError } from "./reader.ts";
import * as batch from "./record-batch.ts";

const bytesOrNull = fc.option(fc.uint8Array({ maxLength: 300 }).map((range) => Buffer.from(range)));
const plain = { noNullPrototype: true };
const recordInputs = fc.array(
  fc.record(
    {
      timestamp: fc.integer({ min: -1, max: 2 ** 45 }),
      key: bytesOrNull,
      value: bytesOrNull,
      headers: fc.array(fc.record({ key: fc.string(), value: bytesOrNull }, plain), { maxLength: 2 }),
    },
    plain,
  ),
  { minLength: 1, maxLength: 5 },
);

for (const codec of CODEC_NAMES) {
  test(`decodeRecords() returns what buildBatch() was given (${codec})`, () => {
    const property = fc.property(recordInputs, fc.nat(2 ** 40), (records, baseOffset) => {
      const bytes = batch.buildBatch({ baseOffset, records, codec });
      assert.ok(batch.crcIsValid(bytes, 0));
      assert.equal(batch.batchSizeBytes(bytes, 0), bytes.length);
      const expected = records.map((record, index) => ({ ...record, offset: baseOffset + index }));
      assert.deepEqual(batch.decodeRecords(bytes), expected);
    });
    fc.assert(property, { numRuns: 50 });
  });
}

test("buildBatch() writes the header that Kafka describes", () => {
  const bytes = batch.buildBatch({
    baseOffset: 42,
    timestamp: 1000,
    records: [
      { key: null, value: Buffer.from("a"), timestamp: 1500 },
      { key: Buffer.from("k"), value: null },
    ],
    partitionLeaderEpoch: 7,
    producerId: 9,
    producerEpoch: 3,
    baseSequence: 5,
    isTransactional: true,
  });
  assert.equal(
    bytes.toString("hex"),
    "000000000000002a" + // base offset
      "00000042" + // length
      "00000007" + // leader epoch
      "02" + // magic
      batch.crcOf(bytes, 0).toString(16).padStart(8, "0") +
      "0010" + // attributes
      "00000001" + // last offset delta
      "00000000000005dc" + // base timestamp
      "00000000000005dc" + // max timestamp
      "0000000000000009" + // producer id
      "0003" + // producer epoch
      "00000005" + // base sequence
      "00000002" + // record count
      "0e00000001026100" + // null key, "a"
      "1000e7070202" + // length, attributes, timestamp delta -500, offset delta 1, key length
      "6b0100", // "k", null value, no headers
  );
});

test("the accessors read what the patchers wrote, at any place in a buffer", () => {
  const at = 5;
  const one = batch.buildBatch({ baseOffset: 0, records: [{ key: null, value: Buffer.from("x") }] });
  const bytes = Buffer.concat([Buffer.alloc(at), one]);
  batch.setBaseOffset(bytes, at, 2 ** 40);
  batch.setPartitionLeaderEpoch(bytes, at, 12);
  assert.ok(batch.crcIsValid(bytes, at), "offset and epoch lie outside the checksum");
  batch.setProducerId(bytes, at, 77);
  batch.setProducerEpoch(bytes, at, 8);
  batch.setBaseSequence(bytes, at, 2 ** 31 - 1);
  batch.setLastOffsetDelta(bytes, at, 2);
  batch.setLogAppendTime(bytes, at, 123);
  assert.ok(!batch.crcIsValid(bytes, at));
  batch.setCrc(bytes, at);
  assert.ok(batch.crcIsValid(bytes, at));
  assert.equal(batch.baseOffsetOf(bytes, at), 2 ** 40);
  assert.equal(batch.lastOffsetOf(bytes, at), 2 ** 40 + 2);
  assert.equal(batch.lastSequenceOf(bytes, at), 1);
  assert.equal(batch.partitionLeaderEpochOf(bytes, at), 12);
  assert.equal(batch.producerIdOf(bytes, at), 77);
  assert.equal(batch.producerEpochOf(bytes, at), 8);
  assert.ok(batch.isLogAppendTime(bytes, at));
  assert.equal(batch.maxTimestampOf(bytes, at), 123);
  assert.ok(!batch.hasDeleteHorizon(bytes, at));
  batch.setAttributes(bytes, at, batch.attributesFrom({ isLogAppendTime: true, hasDeleteHorizon: true }));
  assert.ok(batch.hasDeleteHorizon(bytes, at));
  batch.setCreateTime(bytes, at);
  assert.ok(!batch.isLogAppendTime(bytes, at));
});

test("decodeRecords() gives every record of a log-append-time batch the broker's time", () => {
  const bytes = batch.buildBatch({ baseOffset: 0, timestamp: 5, records: [{ key: null, value: null }] });
  batch.setLogAppendTime(bytes, 0, 99);
  assert.equal(batch.decodeRecords(bytes)[0]!.timestamp, 99);
});

test("walkRecords() proves that a block holds exactly the promised records", () => {
  const value = Buffer.from("v");
  const bytes = batch.buildBatch({
    baseOffset: 0,
    records: [
      { key: null, value },
      { key: value, value },
    ],
  });
  const block = batch.recordsBlock(bytes);
  const deltas: number[] = [];
  batch.walkRecords(block, 2, (record) => {
    deltas.push(record.offsetDelta);
  });
  assert.deepEqual(deltas, [0, 1]);
  assert.throws(() => batch.walkRecords(block, 1, () => {}), DecodeError);
  assert.throws(() => batch.walkRecords(block, 3, () => {}), DecodeError);
});

test("walkRecords() refuses damaged records by DecodeError alone", () => {
  const property = fc.property(recordInputs, fc.nat(), fc.nat(255), (records, place, byte) => {
    const bytes = batch.buildBatch({ baseOffset: 0, records });
    bytes[batch.BATCH_HEADER_BYTES + (place % (bytes.length - batch.BATCH_HEADER_BYTES))] = byte;
    try {
      batch.decodeRecords(bytes);
    } catch (error) {
      assert.ok(error instanceof DecodeError);
    }
  });
  fc.assert(property, { numRuns: 500 });
});

test("decodeRecords() refuses a codec that is not defined and data beyond the limit", () => {
  const records = [{ key: null, value: Buffer.alloc(10_000) }];
  const bytes = batch.buildBatch({ baseOffset: 0, records, codec: "zstd" });
  assert.throws(() => batch.decodeRecords(bytes, 0, 1000), DecodeError);
  batch.setAttributes(bytes, 0, 5);
  assert.throws(() => batch.decodeRecords(bytes), DecodeError);
});
