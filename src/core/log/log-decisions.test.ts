import assert from "node:assert/strict";
import { test } from "node:test";
import { compactionRange, groupSegments } from "./compaction-plan.ts";
import { planLoad } from "./load-plan.ts";
import { countBelowStart, countBeyondSize, isBeyondAge } from "./retention.ts";
import { rollReason, type RollInput } from "./roll-decision.ts";

const segment: RollInput = {
  baseOffset: 0,
  sizeBytes: 500,
  indexBytes: 0,
  timeIndexBytes: 0,
  ageMs: 0,
  batchSizeBytes: 100,
  batchLastOffset: 10,
};
const limits = { segmentBytes: 1000, segmentMs: 1000, segmentIndexBytes: 80, jitterMs: 0 };

test("a segment rolls for its size, its age, a full index or a range that its index cannot hold", () => {
  assert.equal(rollReason(segment, limits), null);
  assert.equal(rollReason({ ...segment, batchSizeBytes: 501 }, limits), "size");
  assert.equal(rollReason({ ...segment, ageMs: 1001 }, limits), "time");
  assert.equal(rollReason({ ...segment, ageMs: 950 }, { ...limits, jitterMs: 100 }), "time");
  assert.equal(rollReason({ ...segment, indexBytes: 80 }, limits), "index-full");
  assert.equal(rollReason({ ...segment, timeIndexBytes: 60 }, limits), "index-full");
  assert.equal(rollReason({ ...segment, batchLastOffset: 2 ** 31 }, limits), "offset-range");
});

test("an empty segment takes even a batch that is larger than a segment", () => {
  assert.equal(rollReason({ ...segment, sizeBytes: 0, batchSizeBytes: 5000, ageMs: 5000 }, limits), null);
});

function aging(sizes: readonly number[]) {
  return sizes.map((size, index) => ({
    endOffset: (index + 1) * 10,
    sizeBytes: () => size,
    youngestMs: () => Promise.resolve(0),
  }));
}

test("retention by size keeps at least the limit, and nothing at or above the high watermark goes", () => {
  const segments = aging([100, 100, 100]);
  const bounds = { highWatermark: 30, logStartOffset: 0, nowMs: 0 };
  const count = (retentionBytes: number, highWatermark = 30): number =>
    countBeyondSize(segments, { retentionMs: -1, retentionBytes }, { ...bounds, highWatermark });
  assert.deepEqual([count(-1), count(300), count(201), count(200), count(150), count(0)], [0, 0, 0, 1, 1, 3]);
  assert.equal(count(0, 15), 1);
});

test("retention by age and by the log's start goes by whole segments", () => {
  assert.equal(isBeyondAge(0, { retentionMs: 100, retentionBytes: -1 }, 100), false);
  assert.equal(isBeyondAge(0, { retentionMs: 100, retentionBytes: -1 }, 101), true);
  assert.equal(isBeyondAge(0, { retentionMs: -1, retentionBytes: -1 }, 1e12), false);
  assert.deepEqual([countBelowStart(aging([1, 1]), 9), countBelowStart(aging([1, 1]), 10)], [0, 1]);
});

test("a load removes what was not finished and keeps what was decided", () => {
  const name = (offset: number, rest: string): string => `${String(offset).padStart(20, "0")}.${rest}`;
  const plan = planLoad([
    name(0, "log"),
    name(0, "index"),
    name(0, "log.deleted"),
    name(10, "log"),
    name(10, "timeindex"),
    name(10, "log.swap"),
    name(20, "index"),
    name(30, "log.cleaned"),
    name(40, "log.swap"),
    name(50, "snapshot"),
    "leader-epoch-checkpoint",
  ]);
  assert.deepEqual(plan.swaps, [10]);
  assert.deepEqual(plan.remove.toSorted(), [
    name(0, "log.deleted"),
    name(20, "index"),
    name(30, "log.cleaned"),
    name(40, "log.swap"),
  ]);
  assert.deepEqual(plan.segments, [
    { baseOffset: 0, hasIndex: true, hasTimeIndex: false, hasTransactionIndex: false },
    { baseOffset: 10, hasIndex: false, hasTimeIndex: true, hasTransactionIndex: false },
  ]);
  assert.deepEqual(plan.snapshots, [50]);
});

test("compaction takes whole segments below the bound, and knows how dirty they are", () => {
  const segments = [0, 10, 20].map((baseOffset) => ({
    baseOffset,
    endOffset: baseOffset + 10,
    sizeBytes: 100,
  }));
  assert.equal(compactionRange(segments, { cleanedTo: 20, cleanableTo: 25 }), null);
  assert.deepEqual(compactionRange(segments, { cleanedTo: 10, cleanableTo: 25 }), {
    firstDirtyOffset: 10,
    endOffset: 20,
    dirtyRatio: 0.5,
  });
  assert.deepEqual(
    groupSegments(segments, 200).map((group) => group.length),
    [2, 1],
  );
});
