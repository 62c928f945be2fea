import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { errorCode, errorName, errorNames, errorText, isRetriable } from "./errors.ts";

const facts = new URL("../../../shared/facts/kafka-errors.tsv", import.meta.url);
const skip = existsSync(facts) ? false : "the collected facts about Kafka are not at hand";

test("every error's code leads back to its name", () => {
  for (const name of errorNames) assert.equal(errorName(errorCode(name)), name);
});

test("errorName() takes a code that nobody knows for UNKNOWN_SERVER_ERROR", () => {
  assert.equal(errorName(4711), "UNKNOWN_SERVER_ERROR");
});

test("errorText() is one sentence", () => {
  for (const name of errorNames) assert.match(errorText(name), /^[A-Z-].*\.$/);
});

test("the table holds what Kafka's own client holds", { skip }, () => {
  const rows = readFileSync(facts, "utf8").split("\n");
  const expected = rows.filter((row) => row !== "" && !row.startsWith("#"));
  const actual = errorNames.map((name) => [errorCode(name), name, isRetriable(name) ? "y" : "-"].join("\t"));
  assert.deepEqual(
    actual,
    expected.map((row) => row.split("\t").slice(0, 3).join("\t")),
  );
});
