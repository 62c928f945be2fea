import assert from "node:assert/strict";
import test from "node:test";
import { buildBatch } from "../wire/kafka/build-batch.ts";
import { fetchedRecords } from "./fetched-records.ts";

function batch(baseOffset: number, count: number, isControl = false): Buffer {
  const records = Array.from({ length: count }, () => ({ key: null, value: Buffer.from("v") }));
  return buildBatch({ baseOffset, records, isControl });
}

test("records before the asked offset are left out", () => {
  const { records, nextOffset } = fetchedRecords(batch(10, 5), 12);
  assert.deepEqual(
    records.map(({ offset }) => offset),
    [12, 13, 14],
  );
  assert.equal(nextOffset, 15);
});

test("a batch that was cut off is left for the next fetch", () => {
  const whole = batch(0, 2);
  const block = Buffer.concat([whole, batch(2, 2).subarray(0, 65)]);
  assert.equal(fetchedRecords(block, 0).nextOffset, 2);
});

test("control batches move the position and show no record", () => {
  const { records, nextOffset } = fetchedRecords(batch(7, 1, true), 7);
  assert.deepEqual([records.length, nextOffset], [0, 8]);
});
