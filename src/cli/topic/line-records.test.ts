import assert from "node:assert/strict";
import { Readable } from "node:stream";
import test from "node:test";
import { keyedLine, lines } from "./line-records.ts";

async function linesOf(...chunks: string[]): Promise<string[]> {
  const found: string[] = [];
  for await (const line of lines(Readable.from(chunks.map((chunk) => Buffer.from(chunk))))) {
    found.push(line.toString());
  }
  return found;
}

test("lines come out whole however the stream is cut", async () => {
  assert.deepEqual(await linesOf("a\nb", "c\r", "\n\nd"), ["a", "bc", "", "d"]);
  assert.deepEqual(await linesOf("a\n"), ["a"], "an end is no further line");
  assert.deepEqual(await linesOf(), []);
});

test("the first delimiter parts key from value", () => {
  const options = { keyDelimiter: "::", emptyIsNull: false };
  const { key, value } = keyedLine(Buffer.from("k::v::w"), options);
  assert.deepEqual([key?.toString(), value?.toString()], ["k", "v::w"]);
  assert.equal(keyedLine(Buffer.from("plain"), options).key, null);
});

test("an empty value is a tombstone when asked for", () => {
  const options = { keyDelimiter: ":", emptyIsNull: true };
  assert.equal(keyedLine(Buffer.from("k:"), options).value, null);
  assert.equal(keyedLine(Buffer.from("k:"), { ...options, emptyIsNull: false }).value?.length, 0);
});
