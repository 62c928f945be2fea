import assert from "node:assert/strict";
import { test } from "node:test";
import { nextHighWatermark } from "./high-watermark.ts";

test("the high watermark is the smallest durable end of the ISR", () => {
  assert.equal(nextHighWatermark({ durableEnds: [7, 5, 9], isrSizeMin: 2, highWatermark: 3 }), 5);
});

test("the high watermark never moves back", () => {
  assert.equal(nextHighWatermark({ durableEnds: [2], isrSizeMin: 1, highWatermark: 3 }), 3);
});

test("the high watermark stands still while the ISR is below its minimum", () => {
  assert.equal(nextHighWatermark({ durableEnds: [9], isrSizeMin: 2, highWatermark: 3 }), 3);
});
