import assert from "node:assert/strict";
import { test } from "node:test";
import { BufferPool } from "./buffer-pool.ts";

test("BufferPool gives the same memory again once it was given back", () => {
  const pool = new BufferPool(1_000_000);
  const first = pool.take(100_000);
  const second = pool.take(100_000);
  assert.notEqual(first.buffer, second.buffer);
  pool.give(first);
  const third = pool.take(70_000);
  assert.equal(third.buffer, first.buffer);
  assert.equal(third.length, 70_000);
});

test("BufferPool takes nothing twice, nothing of others, and nothing above its bound", () => {
  const pool = new BufferPool(131_072);
  const [one, two] = [pool.take(131_072), pool.take(131_072)];
  pool.give(one);
  pool.give(one);
  pool.give(two);
  pool.give(Buffer.alloc(131_072));
  assert.equal(pool.take(131_072).buffer, one.buffer);
  assert.notEqual(pool.take(131_072).buffer, one.buffer);
});

test("BufferPool drops sizes that nobody asks for any more in favour of one that is in use", () => {
  const pool = new BufferPool(262_144);
  for (const old of [pool.take(131_072), pool.take(131_072)]) pool.give(old);
  const wanted = pool.take(262_144);
  pool.give(wanted);
  assert.equal(pool.take(262_144).buffer, wanted.buffer);
});

test("BufferPool takes back what is kept only from its keeper", () => {
  const pool = new BufferPool(1_000_000);
  const memory = pool.take(100_000);
  assert.equal(pool.keep(memory), true);
  assert.equal(pool.keep(memory), false);
  pool.give(memory);
  assert.notEqual(pool.take(100_000).buffer, memory.buffer);
  pool.release(memory.buffer);
  assert.equal(pool.take(100_000).buffer, memory.buffer);
  assert.equal(pool.keep(Buffer.alloc(100_000)), false);
});
