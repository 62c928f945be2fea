import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { CODEC_NAMES, type CodecName } from "../../base/compression.ts";
import { buildBatch } from "../../wire/kafka/build-batch.ts";
import { decodeRecords } from "../../wire/kafka/decode-records.ts";
import { crcIsValid } from "../../wire/kafka/record-batch.ts";
import { BatchBuffer } from "./batch-buffer.ts";
import { BatchMemory } from "./batch-memory.ts";
import { recordBytesMax, type RecordFields } from "../../wire/kafka/record-encoding.ts";

interface TestRecord extends RecordFields {
  readonly timestamp: number;
}

const numbers = { producerId: 77, producerEpoch: 3, baseSequence: 1_000 };
const bytes = fc
  .uint8Array({ maxLength: 300 })
  .map((array): Buffer | null => (array.length === 1 ? null : Buffer.from(array)));
const record = fc.record({
  timestamp: fc.integer({ min: 0, max: 2 ** 45 }),
  key: bytes,
  value: bytes,
  headers: fc.array(fc.record({ key: fc.string({ unit: "grapheme", maxLength: 20 }), value: bytes }), {
    maxLength: 3,
  }),
}) satisfies fc.Arbitrary<TestRecord>;

/** A batch that begins in little memory and grows as it must. */
function batchOf(records: readonly TestRecord[], codec: CodecName = "none"): [BatchBuffer, BatchMemory] {
  const memory = new BatchMemory(2 ** 24, 2 ** 20);
  const batch = new BatchBuffer(memory, memory.take(512)!, 2 ** 20);
  for (const each of records) {
    assert.ok(batch.makeRoom(recordBytesMax(each.key, each.value, each.headers)));
    batch.append(each, each.timestamp);
  }
  batch.seal({ codec });
  batch.stamp(numbers);
  return [batch, memory];
}

test("a batch built in place is byte for byte what buildBatch makes of the same records", () => {
  fc.assert(
    fc.property(fc.array(record, { minLength: 1, maxLength: 40 }), (records) => {
      const [batch] = batchOf(records);
      assert.deepEqual(Buffer.concat(batch.pieces()), buildBatch({ baseOffset: 0, records, ...numbers }));
    }),
  );
});

test("lengths and places on both sides of each varint's limit are written as they should be", () => {
  for (const length of [0, 63, 64, 8_191, 8_192, 200_000]) {
    const records = [{ timestamp: 5, key: null, value: Buffer.alloc(length, 1), headers: [] }];
    const [batch] = batchOf(records);
    assert.deepEqual(Buffer.concat(batch.pieces()), buildBatch({ baseOffset: 0, records, ...numbers }));
  }
});

for (const codec of CODEC_NAMES) {
  test(`a batch packed with ${codec} gives its records back, with a checksum over all of it`, () => {
    const records = Array.from({ length: 100 }, (_, index) => ({
      timestamp: 1_000 + index,
      key: Buffer.from(String(index)),
      value: Buffer.alloc(200, "value "),
      headers: [{ key: "h", value: null }],
    }));
    const [batch] = batchOf(records, codec);
    const whole = Buffer.concat(batch.pieces());
    assert.ok(crcIsValid(whole, 0));
    assert.equal(whole.length, batch.sizeBytes);
    assert.deepEqual(
      decodeRecords(whole).map(({ timestamp, key, value, headers }) => ({ timestamp, key, value, headers })),
      records,
    );
  });
}

test("a packed batch keeps only the memory of what it packed, and gives all of it back", () => {
  const records = [{ timestamp: 0, key: null, value: Buffer.alloc(100_000), headers: [] }];
  const [batch, memory] = batchOf(records, "zstd");
  assert.ok(memory.usedBytes < 1_000, `${memory.usedBytes} bytes are counted`);
  batch.free();
  assert.equal(memory.usedBytes, 0);
});

test("new numbers after a refusal come with a new checksum", () => {
  const [batch] = batchOf([{ timestamp: 0, key: null, value: Buffer.from("a"), headers: [] }], "gzip");
  batch.stamp({ producerId: 77, producerEpoch: 4, baseSequence: 0 });
  assert.ok(crcIsValid(Buffer.concat(batch.pieces()), 0));
});

test("a batch takes no record above its size, and none once it is sealed", () => {
  const memory = new BatchMemory(4_096, 1_024);
  const batch = new BatchBuffer(memory, memory.take(512)!, 1_024);
  assert.equal(batch.makeRoom(1_024), false);
  assert.equal(batch.makeRoom(900), true);
  batch.seal({ codec: "none" });
  assert.equal(batch.makeRoom(1), false);
});
