import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { FrameAssembler, FramingError } from "./frame-assembler.ts";
import { BufferPool } from "../base/buffer-pool.ts";

function framed(bodies: readonly Uint8Array[]): Buffer {
  return Buffer.concat(
    bodies.map((body) => {
      const prefix = Buffer.alloc(4);
      prefix.writeInt32BE(body.length);
      return Buffer.concat([prefix, body]);
    }),
  );
}

test("FrameAssembler gives the same frames however the stream is cut", () => {
  const body = fc.uint8Array({ minLength: 1, maxLength: 300 });
  fc.assert(
    fc.property(
      fc.array(body),
      fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }),
      (bodies, cuts) => {
        const seen: Buffer[] = [];
        const assembler = new FrameAssembler(1000, new BufferPool(0), (frame) =>
          seen.push(Buffer.from(frame)),
        );
        const stream = framed(bodies);
        for (let at = 0, turn = 0; at < stream.length; turn += 1) {
          const next = at + cuts[turn % cuts.length]!;
          assembler.push(stream.subarray(at, next));
          at = next;
        }
        assert.deepEqual(
          seen.map((frame) => frame.toString("hex")),
          bodies.map((each) => Buffer.from(each).toString("hex")),
        );
      },
    ),
  );
});

test("FrameAssembler refuses lengths of zero, below zero and above the limit", () => {
  for (const length of [0, -1, 1001, 0x7fffffff]) {
    const prefix = Buffer.alloc(4);
    prefix.writeInt32BE(length);
    const assembler = new FrameAssembler(1000, new BufferPool(0), () => assert.fail("no frame"));
    assert.throws(() => assembler.push(prefix), FramingError);
  }
});

test("FrameAssembler holds no more memory than twice the bytes that came", () => {
  const assembler = new FrameAssembler(100 * 1024 * 1024, new BufferPool(0), () => assert.fail("no frame"));
  const prefix = Buffer.alloc(4);
  prefix.writeInt32BE(100 * 1024 * 1024);
  const before = process.memoryUsage().arrayBuffers;
  assembler.push(prefix);
  assembler.push(Buffer.alloc(3 * 1024 * 1024));
  assert.ok(process.memoryUsage().arrayBuffers - before < 10 * 1024 * 1024);
});
