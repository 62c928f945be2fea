import assert from "node:assert/strict";
import test from "node:test";
import { Histogram } from "./histogram.ts";

test("a bound counts what is equal to it, and the last count is of everything", () => {
  const histogram = new Histogram([1, 2]);
  for (const value of [0.5, 1, 1.5, 2, 7]) histogram.observe(value);
  assert.deepEqual(histogram.cumulative(), [2, 4, 5]);
  assert.equal(histogram.count, 5);
  assert.equal(histogram.sum, 12);
});

test("nothing observed is all zeros", () => {
  const histogram = new Histogram([1]);
  assert.deepEqual(histogram.cumulative(), [0, 0]);
  assert.equal(histogram.sum, 0);
});
