import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { DecodeError } from "../../wire/kafka/reader.ts";
import { BATCH_HEADER_BYTES, buildBatch, walkRecords } from "../../wire/kafka/record-batch.ts";
import { scanOrdinary } from "./scan-ordinary.ts";

interface Shape {
  readonly keyBytes: number | null;
  readonly valueBytes: number | null;
  readonly laterMs: number;
}

const anyShape: fc.Arbitrary<Shape> = fc.record({
  keyBytes: fc.option(fc.nat(200)),
  valueBytes: fc.option(fc.nat(20_000)),
  laterMs: fc.integer({ min: -100_000, max: 100_000 }),
});

function blockOf(shapes: readonly Shape[]): Buffer {
  const bytes = (size: number | null): Buffer | null => (size === null ? null : Buffer.alloc(size, 120));
  const records = shapes.map(({ keyBytes, valueBytes, laterMs }) => ({
    timestamp: 1_700_000_000_000 + laterMs,
    key: bytes(keyBytes),
    value: bytes(valueBytes),
    headers: [],
  }));
  return buildBatch({ baseOffset: 0, records }).subarray(BATCH_HEADER_BYTES);
}

/** What the careful walk says: the same facts, or null when the records cannot be read in sequence. */
function walked(block: Buffer, count: number): { latest: number; earliest: number; hasNull: boolean } | null {
  let latest = -Infinity;
  let earliest = Infinity;
  let hasNull = false;
  let isSequential = true;
  try {
    walkRecords(block, count, ({ index, timestampDelta, offsetDelta, keySize }) => {
      latest = Math.max(latest, timestampDelta);
      earliest = Math.min(earliest, timestampDelta);
      hasNull ||= keySize < 0;
      isSequential &&= offsetDelta === index;
    });
  } catch (error) {
    if (error instanceof DecodeError) return null;
    throw error;
  }
  return isSequential ? { latest, earliest, hasNull } : null;
}

function scanned(block: Buffer, count: number): ReturnType<typeof walked> {
  const found = scanOrdinary(block, count);
  if (found === null) return null;
  return { latest: found.timestampDeltaMax, earliest: found.timestampDeltaMin, hasNull: found.hasNullKey };
}

test("ordinary records are recognised, with the facts that the careful walk finds", () => {
  fc.assert(
    fc.property(fc.array(anyShape, { minLength: 1, maxLength: 20 }), (shapes) => {
      const block = blockOf(shapes);
      assert.deepEqual(scanned(block, shapes.length), walked(block, shapes.length));
      assert.notEqual(scanned(block, shapes.length), null);
    }),
  );
});

test("nothing that the careful walk refuses passes, whatever byte is changed or cut off", () => {
  const damage = fc.record({
    at: fc.nat(),
    to: fc.nat(255),
    cutBytes: fc.nat(3),
    countError: fc.integer({ min: -1, max: 1 }),
  });
  fc.assert(
    fc.property(fc.array(anyShape, { minLength: 1, maxLength: 5 }), damage, (shapes, change) => {
      const whole = blockOf(shapes.map((shape) => ({ ...shape, valueBytes: (shape.valueBytes ?? 0) % 40 })));
      const block = whole.subarray(0, whole.length - change.cutBytes);
      block[change.at % whole.length] = change.to;
      const count = shapes.length + change.countError;
      const found = scanned(block, count);
      if (found !== null) assert.deepEqual(found, walked(block, count));
    }),
    { numRuns: 2_000 },
  );
});

test("8,192 records and more, whose offsets take three bytes, are still ordinary", () => {
  const block = blockOf(Array.from({ length: 9_000 }, () => ({ keyBytes: null, valueBytes: 1, laterMs: 0 })));
  assert.notEqual(scanOrdinary(block, 9_000), null);
});
