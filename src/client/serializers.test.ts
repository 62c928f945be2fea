import assert from "node:assert/strict";
import test from "node:test";
import { ClientError } from "./client-error.ts";
import { bytes, double, int32, int64, json, strings, type Serde } from "./serializers.ts";

const context = { topic: "t" };

function bytesOf<T>({ serialize }: Serde<T>, value: T): string {
  return serialize(value, context).toString("hex");
}

test("numbers are written as Kafka's own serializers write them, and read back", () => {
  assert.equal(bytesOf(int32, -2), "fffffffe");
  assert.equal(bytesOf(int64, 2n ** 53n + 1n), "0020000000000001");
  assert.equal(bytesOf(double, 1.5), "3ff8000000000000");
  assert.equal(int32.deserialize(int32.serialize(-2, context), context), -2);
  assert.equal(int64.deserialize(int64.serialize(-1n, context), context), -1n);
  assert.equal(double.deserialize(double.serialize(0.1, context), context), 0.1);
});

test("text is UTF-8, bytes stay as they are, and JSON is what JSON.stringify says", () => {
  assert.equal(bytesOf(strings, "é"), "c3a9");
  const buffer = Buffer.from([1, 2]);
  assert.equal(bytes.serialize(buffer, context), buffer);
  assert.equal(bytesOf(json(), { a: 1 }), Buffer.from('{"a":1}').toString("hex"));
  assert.deepEqual(json<{ a: number }>().deserialize(Buffer.from('{"a":1}'), context), { a: 1 });
});

test("what a format cannot hold is refused with the topic and the value", () => {
  const refused = (work: () => unknown, pattern: RegExp): void =>
    assert.throws(work, (error) => error instanceof ClientError && pattern.test(error.message));
  refused(() => int32.serialize(2 ** 31, context), /2147483648 for topic "t" is no int32/);
  refused(() => int32.serialize(1.5, context), /1\.5 .* no int32/);
  refused(() => int64.serialize(2n ** 63n, context), /no int64/);
  refused(() => int64.deserialize(Buffer.alloc(4), context), /4 bytes from topic "t" are no int64/);
  refused(() => json().serialize(undefined, context), /undefined for topic "t" has no JSON form/);
  refused(() => json().deserialize(Buffer.from("<html>"), context), /not JSON: "<html>"/);
});
