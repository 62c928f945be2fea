import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { LeaderEpochCache } from "./leader-epoch-cache.ts";
import { OffsetIndex, isSaneOffsetIndex } from "./offset-index.ts";
import { OffsetOrdered } from "./offset-ordered.ts";
import { SegmentIndexes, type IndexedBatch } from "./segment-indexes.ts";
import { isSaneTimeIndex } from "./time-index.ts";

const batches = fc
  .array(
    fc.record({
      count: fc.integer({ min: 1, max: 5 }),
      gap: fc.integer({ min: 0, max: 3 }),
      sizeBytes: fc.integer({ min: 61, max: 300 }),
      maxTimestamp: fc.integer({ min: -1, max: 100 }),
    }),
    { maxLength: 60 },
  )
  .map((items) => {
    const result: (IndexedBatch & { baseOffset: number })[] = [];
    let baseOffset = 500;
    let position = 0;
    for (const { count, gap, sizeBytes, maxTimestamp } of items) {
      baseOffset += gap;
      result.push({ baseOffset, position, sizeBytes, lastOffset: baseOffset + count - 1, maxTimestamp });
      baseOffset += count;
      position += sizeBytes;
    }
    return result;
  });

function indexed(items: readonly IndexedBatch[], intervalBytes: number): SegmentIndexes {
  const indexes = new SegmentIndexes(500);
  for (const batch of items) indexes.observe(batch, intervalBytes);
  return indexes;
}

test("a walk from where the offset index points meets the batch that a full scan finds", () => {
  fc.assert(
    fc.property(
      batches,
      fc.integer({ min: 61, max: 900 }),
      fc.integer({ min: 500, max: 800 }),
      (items, interval, offset) => {
        const from = indexed(items, interval).offsets.positionFor(offset);
        const wanted = items.find((batch) => batch.lastOffset >= offset);
        const walked = items
          .filter((batch) => batch.position >= from)
          .find((batch) => batch.lastOffset >= offset);
        assert.deepEqual(walked, wanted);
        assert.ok(from === 0 || items.some((batch) => batch.position === from), "it points at a batch");
      },
    ),
  );
});

test("no record before the offset that the time index names has the timestamp or a later one", () => {
  fc.assert(
    fc.property(
      batches,
      fc.integer({ min: 61, max: 900 }),
      fc.integer({ min: 0, max: 110 }),
      (items, interval, time) => {
        const indexes = indexed(items, interval);
        indexes.seal();
        const offset = indexes.times.offsetFor(time);
        const first = items.find((batch) => batch.maxTimestamp >= time);
        assert.ok(first === undefined || first.lastOffset >= offset);
        const max = Math.max(-1, ...items.map((batch) => batch.maxTimestamp));
        assert.equal(indexes.maxTimestamp, max);
      },
    ),
  );
});

test("written indexes are sane, and read as what they were", () => {
  fc.assert(
    fc.property(batches, (items) => {
      const indexes = indexed(items, 100);
      indexes.seal();
      const files = {
        offsets: Buffer.from(indexes.offsets.bytes()),
        times: Buffer.from(indexes.times.bytes()),
      };
      const end = items.at(-1);
      assert.ok(isSaneOffsetIndex(files.offsets, end === undefined ? 0 : end.position + end.sizeBytes));
      assert.equal(isSaneTimeIndex(files.times), indexes.maxTimestamp >= 0, "an empty one counts as lost");
      const read = new SegmentIndexes(500, files);
      assert.deepEqual(
        [read.maxTimestamp, read.offsets.count],
        [indexes.maxTimestamp, indexes.offsets.count],
      );
    }),
  );
});

test("a preallocated or cut index is not sane", () => {
  const index = new OffsetIndex(0);
  index.append(5, 100);
  assert.ok(!isSaneOffsetIndex(Buffer.concat([index.bytes(), Buffer.alloc(16)]), 1000));
  assert.ok(!isSaneOffsetIndex(index.bytes().subarray(0, 7), 1000));
  assert.ok(!isSaneOffsetIndex(index.bytes(), 50));
  assert.ok(!isSaneTimeIndex(Buffer.alloc(24)));
});

test("a cut index is the one of the batches that are left", () => {
  fc.assert(
    fc.property(batches, fc.integer({ min: 500, max: 700 }), (items, offset) => {
      const cut = indexed(items, 100);
      cut.truncateTo(offset);
      const left = indexed(
        items.filter((batch) => batch.lastOffset < offset),
        100,
      );
      assert.ok(left.offsets.bytes().equals(cut.offsets.bytes()));
    }),
  );
});

test("the epoch cache answers as a list of every record's epoch does", () => {
  const runs = fc.array(
    fc.record({ step: fc.integer({ min: 0, max: 2 }), count: fc.integer({ min: 1, max: 4 }) }),
  );
  fc.assert(
    fc.property(
      runs,
      fc.integer({ min: -1, max: 20 }),
      fc.nat(40),
      fc.nat(40),
      (items, asked, cutStart, cutEnd) => {
        const cache = new LeaderEpochCache();
        let epochs: number[] = [];
        let epoch = 0;
        for (const { step, count } of items) {
          epoch += step;
          cache.assign(epoch, epochs.length);
          for (let i = 0; i < count; i += 1) epochs.push(epoch);
        }
        const end = Math.min(cutEnd, epochs.length);
        const start = Math.min(cutStart, end);
        cache.truncateFromEnd(end);
        cache.truncateFromStart(start);
        epochs = epochs.slice(0, end);
        for (let offset = start; offset < end; offset += 1)
          assert.equal(cache.epochAt(offset), epochs[offset]);
        const known = epochs.slice(start);
        if (known.length === 0 || asked < 0 || asked > known.at(-1)!) return;
        const expected = epochs.findIndex((one, offset) => offset >= start && one > asked);
        assert.equal(cache.endOf(asked, end)?.endOffset, expected < 0 ? end : expected);
      },
    ),
  );
});

test("a sorted list finds what covers an offset", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(100)), fc.nat(110), (bases, offset) => {
      const sorted = bases.toSorted((a, b) => a - b).map((baseOffset) => ({ baseOffset }));
      const list = new OffsetOrdered(sorted);
      assert.equal(
        list.floorIndex(offset),
        sorted.findLastIndex((item) => item.baseOffset <= offset),
      );
    }),
  );
});
