import assert from "node:assert/strict";
import test from "node:test";
import { CODEC_NAMES, type CodecName } from "../../base/compression.ts";
import { encodeControlRecord } from "../../wire/kafka/control-records.ts";
import { buildBatch } from "../../wire/kafka/record-batch.ts";
import type { ConsumerRecord } from "./consumer-record.ts";
import { FetchedBlock, type AbortedTransaction } from "./fetched-block.ts";
import { strings } from "../serializers.ts";

const shape = { topic: "t", partition: 0, keyDeserializer: null, valueDeserializer: null };

interface BatchFacts {
  readonly codec?: CodecName;
  readonly producerId?: number;
}

function batch(
  baseOffset: number,
  count: number,
  { codec = "none", producerId = -1 }: BatchFacts = {},
): Buffer {
  const records = Array.from({ length: count }, (_, index) => ({
    key: null,
    value: Buffer.from(`v${baseOffset + index}`),
    headers: [{ key: "h", value: Buffer.from("x") }],
  }));
  const isTransactional = producerId >= 0;
  return buildBatch({ baseOffset, records, codec, producerId, producerEpoch: 0, isTransactional });
}

function marker(baseOffset: number, kind: "abort" | "commit", producerId: number): Buffer {
  const { key, value } = encodeControlRecord({ kind, value: { coordinatorEpoch: 0 } });
  const flags = { isControl: true, isTransactional: true, producerId, producerEpoch: 0 };
  return buildBatch({ baseOffset, records: [{ key, value }], ...flags });
}

function blockOf(bytes: Buffer, offset: number, aborted: AbortedTransaction[] | null = null): FetchedBlock {
  return new FetchedBlock(bytes, offset, { aborted, checksCrcs: true });
}

function offsetsOf(block: FetchedBlock, count = 1_000): number[] {
  const records: ConsumerRecord[] = [];
  block.take(records, count, shape);
  return records.map(({ offset }) => offset);
}

test("records before the asked offset are left out", () => {
  const block = blockOf(batch(10, 5), 12);
  assert.deepEqual(offsetsOf(block), [12, 13, 14]);
  assert.equal(block.nextOffset, 15);
});

test("records are taken a few at a time, across batches and codecs", () => {
  const block = blockOf(Buffer.concat(CODEC_NAMES.map((codec, index) => batch(index * 3, 3, { codec }))), 0);
  const taken: number[][] = [];
  while (!block.isDone) taken.push(offsetsOf(block, 4));
  assert.deepEqual(taken, [
    [0, 1, 2, 3],
    [4, 5, 6, 7],
    [8, 9, 10, 11],
    [12, 13, 14],
  ]);
});

test("a batch that was cut off is left for the next fetch", () => {
  const block = blockOf(Buffer.concat([batch(0, 2), batch(2, 2).subarray(0, 65)]), 0);
  assert.equal(block.end.offset, 2);
  assert.deepEqual(offsetsOf(block), [0, 1]);
  assert.ok(block.isDone);
});

test("control batches move the position and show no record", () => {
  const block = blockOf(marker(7, "commit", 1), 7);
  assert.deepEqual(offsetsOf(block), []);
  assert.equal(block.nextOffset, 8);
});

test("records of an aborted transaction are not seen, those of the next one by the same producer are", () => {
  const producerId = 5;
  const bytes = Buffer.concat([
    batch(0, 1),
    batch(1, 2, { producerId }),
    batch(3, 1, { producerId: 6 }),
    marker(4, "abort", producerId),
    batch(5, 1, { producerId }),
    marker(6, "commit", producerId),
  ]);
  assert.deepEqual(offsetsOf(blockOf(bytes, 0, [{ producerId, firstOffset: 1 }])), [0, 3, 5]);
  assert.deepEqual(offsetsOf(blockOf(bytes, 0)), [0, 1, 2, 3, 5], "read_uncommitted sees them");
});

test("a batch that does not match its checksum is an error after what came before it, again and again", () => {
  const broken = batch(2, 2);
  broken[broken.length - 1]! ^= 1;
  const block = blockOf(Buffer.concat([batch(0, 2), broken]), 0);
  const records: ConsumerRecord[] = [];
  const take = () => block.take(records, 10, shape);
  assert.throws(take, /batch at offset 2 does not match its checksum/);
  assert.equal(records.length, 2);
  assert.throws(take, /batch at offset 2/);
});

test("a deserializer's failure names the record, and the records before it are there", () => {
  const fussy = (bytes: Buffer): string => {
    const text = strings.deserialize(bytes, shape);
    if (text === "v1") throw new Error("not v1");
    return text;
  };
  const block = blockOf(batch(0, 3), 0);
  const records: ConsumerRecord<Buffer, string>[] = [];
  const take = () => block.take(records, 10, { ...shape, valueDeserializer: fussy });
  assert.throws(take, /Cannot deserialize the value of t-0 at offset 1; seek past it to go on: not v1/);
  assert.deepEqual(
    records.map(({ value }) => value),
    ["v0"],
  );
});

test("values are slices of the fetched bytes", () => {
  const bytes = batch(0, 1);
  const records: ConsumerRecord[] = [];
  blockOf(bytes, 0).take(records, 1, shape);
  assert.equal(records[0]!.value!.buffer, bytes.buffer);
  assert.deepEqual(records[0]!.headers, [{ key: "h", value: Buffer.from("x") }]);
});
