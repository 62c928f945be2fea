import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { compressSync as snappyRaw } from "snappy";
import { CODEC_NAMES, compress, CompressionError, decompress } from "./compression.ts";

const MAX_BYTES = 1_000_000;
const contents = fc.oneof(
  fc.uint8Array({ maxLength: 2000 }),
  fc.nat(200_000).map((length) => Buffer.alloc(length, "abc")),
);

for (const codec of CODEC_NAMES) {
  test(`decompress() of ${codec} returns what was compressed`, () => {
    const property = fc.property(contents, (content) => {
      const bytes = Buffer.from(content);
      assert.ok(decompress(codec, compress(codec, bytes), MAX_BYTES).equals(bytes));
    });
    fc.assert(property, { numRuns: 30 });
  });

  test(`decompress() of ${codec} throws nothing but CompressionError on random bytes`, () => {
    const property = fc.property(fc.uint8Array({ maxLength: 100 }), fc.boolean(), (content, hasHeader) => {
      const header = hasHeader ? compress(codec, Buffer.from("x")).subarray(0, 11) : Buffer.alloc(0);
      try {
        decompress(codec, Buffer.concat([header, content]), MAX_BYTES);
      } catch (error) {
        assert.ok(error instanceof CompressionError);
      }
    });
    fc.assert(property, { numRuns: 300 });
  });
}

for (const codec of CODEC_NAMES.filter((name) => name !== "none")) {
  test(`decompress() of ${codec} refuses to unpack more than its limit`, () => {
    const bomb = compress(codec, Buffer.alloc(MAX_BYTES + 1));
    assert.throws(() => decompress(codec, bomb, MAX_BYTES), {
      name: "CompressionError",
      reason: "too-large",
    });
    assert.equal(decompress(codec, bomb, MAX_BYTES + 1).length, MAX_BYTES + 1);
  });
}

test("decompress() takes raw snappy as librdkafka writes it", () => {
  const bytes = Buffer.alloc(100_000, "millrace");
  assert.ok(decompress("snappy", snappyRaw(bytes), MAX_BYTES).equals(bytes));
});

test("decompress() takes an empty xerial stream", () => {
  assert.equal(decompress("snappy", compress("snappy", Buffer.alloc(0)), MAX_BYTES).length, 0);
});

test("compress() obeys the level", () => {
  const bytes = Buffer.from(Array.from({ length: 20_000 }, (_, i) => (i * 7919) % 10_007).join());
  for (const codec of ["gzip", "zstd"] as const) {
    const fast = compress(codec, bytes, { level: 1 });
    assert.notEqual(compress(codec, bytes, { level: 9 }).length, fast.length);
    assert.ok(decompress(codec, fast, MAX_BYTES).equals(bytes));
  }
});
