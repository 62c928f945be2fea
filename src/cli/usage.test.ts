import assert from "node:assert/strict";
import test from "node:test";
import { keyValues, parseAddress, parseAddresses, UsageError, wholeNumber } from "./usage.ts";

const fallback = { host: "127.0.0.1", port: 9092 };

test("an address may leave out its host or its port", () => {
  assert.deepEqual(parseAddress("example:1", fallback), { host: "example", port: 1 });
  assert.deepEqual(parseAddress(":1", fallback), { host: "127.0.0.1", port: 1 });
  assert.deepEqual(parseAddress("example", fallback), { host: "example", port: 9092 });
  assert.deepEqual(parseAddress("[::1]:1", fallback), { host: "::1", port: 1 });
});

test("several bootstrap servers are separated by commas", () => {
  assert.equal(parseAddresses("a:1,b:2", fallback).length, 2);
});

test("what is no address is refused", () => {
  for (const text of ["a:b", "a:70000", "http://a:1"]) {
    assert.throws(() => parseAddress(text, fallback), UsageError, text);
  }
});

test("keyValues keeps further equals signs and lets the later one win", () => {
  assert.deepEqual(keyValues(["a=1", "b=x=y", "a=2"]), { a: "2", b: "x=y" });
  assert.throws(() => keyValues(["novalue"]), UsageError);
});

test("wholeNumber refuses fractions, words and what is too small", () => {
  assert.equal(wholeNumber(0)("12"), 12);
  for (const text of ["1.5", "x", "-1", ""]) assert.throws(() => wholeNumber(0)(text), text);
});
