import assert from "node:assert/strict";
import test from "node:test";
import { FrameSplitter } from "./frame-splitter.ts";

function framed(...texts: string[]): Buffer {
  return Buffer.concat(
    texts.flatMap((text) => {
      const size = Buffer.alloc(4);
      size.writeInt32BE(text.length);
      return [size, Buffer.from(text)];
    }),
  );
}

test("frames come out whole however the stream is cut", () => {
  const stream = framed("one", "", "three", "four");
  for (let size = 1; size <= stream.length; size += 1) {
    const splitter = new FrameSplitter(100);
    const frames: string[] = [];
    for (let at = 0; at < stream.length; at += size) {
      frames.push(...splitter.push(stream.subarray(at, at + size)).map(String));
    }
    assert.deepEqual(frames, ["one", "", "three", "four"], `in pieces of ${size}`);
  }
});

test("a frame stays what it was when the memory of its chunk is used again", () => {
  const stream = framed("one", "x".repeat(10_000));
  const splitter = new FrameSplitter(20_000);
  const chunk = Buffer.alloc(stream.length);
  const frames: Buffer[] = [];
  for (let at = 0; at < stream.length; at += 1_000) {
    const sizeBytes = stream.copy(chunk, 0, at, at + 1_000);
    frames.push(...splitter.push(chunk.subarray(0, sizeBytes)));
  }
  chunk.fill("?");
  assert.deepEqual(frames.map(String), ["one", "x".repeat(10_000)]);
});

test("a size that no frame can have is refused before it is waited for", () => {
  assert.throws(() => new FrameSplitter(100).push(Buffer.from("HTTP/1.1 400")), /not a Kafka broker/);
});
