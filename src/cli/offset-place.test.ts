import assert from "node:assert/strict";
import test from "node:test";
import { parsePlace, parseRange } from "./offset-place.ts";
import { UsageError } from "./usage.ts";

test("a place is a word, an offset, a distance from the end or a time", () => {
  assert.deepEqual(parsePlace("beginning"), { kind: "timestamp", timestamp: -2 });
  assert.deepEqual(parsePlace("end"), { kind: "timestamp", timestamp: -1 });
  assert.deepEqual(parsePlace("17"), { kind: "offset", offset: 17 });
  assert.deepEqual(parsePlace("-3"), { kind: "beforeEnd", records: 3 });
  assert.deepEqual(parsePlace("@1000"), { kind: "timestamp", timestamp: 1_000 });
  assert.deepEqual(parsePlace("@1970-01-01T00:00:01Z"), { kind: "timestamp", timestamp: 1_000 });
});

test("what is no place is refused", () => {
  for (const text of ["", "first", "1.5", "@yesterday"])
    assert.throws(() => parsePlace(text), UsageError, text);
});

test("s@ and e@ bound a stretch of time", () => {
  assert.deepEqual(parseRange(["s@5", "e@9"]), {
    start: { kind: "timestamp", timestamp: 5 },
    endTimestamp: 9,
  });
});
