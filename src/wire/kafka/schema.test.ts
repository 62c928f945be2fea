import assert from "node:assert/strict";
import { test } from "node:test";
import { DecodeError, Reader } from "./reader.ts";
import {
  array,
  bool,
  decodeStruct,
  defaulted,
  encodeStruct,
  int16,
  int32,
  nullable,
  nullableSince,
  records,
  since,
  string,
  struct,
  tagged,
  until,
  versionedStruct,
} from "./schema.ts";
import { Writer } from "./writer.ts";

const inner = struct({ id: defaulted(int32, -1), names: array(string) });

const Example = versionedStruct({
  name: "Example",
  versions: [0, 3],
  flexibleSince: 2,
  body: struct({
    old: until(1, int16, 7),
    text: nullableSince(1, string),
    flag: since(1, bool, true),
    list: nullable(array(int32)),
    child: since(3, nullable(inner), null),
    label: tagged(0, 2, nullable(string), null),
    parent: tagged(1, 3, inner),
  }),
});

function hexOf(version: number, value: Parameters<typeof encodeStruct<typeof Example>>[3]): string {
  const writer = new Writer();
  encodeStruct(Example, version, writer, value);
  return writer.toBuffer().toString("hex");
}

function decodeHex(version: number, hex: string) {
  return decodeStruct(Example, version, new Reader(Buffer.from(hex, "hex")));
}

test("a struct is written field by field, in the encodings of its version", () => {
  const value = { text: "ab", list: [1, 2], label: "x", child: { names: ["y"] }, parent: { names: ["z"] } };
  assert.equal(hexOf(0, value), "0007" + "00026162" + "00000002" + "00000001" + "00000002");
  assert.equal(hexOf(1, value), "0007" + "00026162" + "01" + "00000002" + "00000001" + "00000002");
  assert.equal(
    hexOf(2, value),
    "036162" + "01" + "03" + "00000001" + "00000002" + "01" + "00" + "02" + "0278",
  );
  assert.equal(
    hexOf(3, value),
    "036162" +
      ("01" + "03" + "00000001" + "00000002") +
      ("01" + "ffffffff" + "02" + "0279" + "00") + // child: present, id, names, its tags
      ("02" + "00" + "02" + "0278" + "01" + "08" + "ffffffff" + "02" + "027a" + "00"),
  );
});

test("a field that the version lacks is decoded as its default", () => {
  assert.deepEqual(decodeHex(0, "00050000ffffffff"), {
    old: 5,
    text: "",
    flag: true,
    list: null,
    child: null,
    label: null,
    parent: { id: -1, names: [] },
  });
});

test("a tagged field at its default is not sent", () => {
  const value = { text: null, list: null, label: null, parent: { id: -1, names: [] } };
  assert.equal(hexOf(3, value), "00" + "01" + "00" + "ff" + "00");
});

test("null is refused both ways by a version that has none", () => {
  assert.throws(() => hexOf(0, { text: null, list: null }), RangeError);
  assert.throws(() => decodeHex(0, "0007ffffffffffff"), DecodeError);
  assert.equal(decodeHex(1, "0007ffff01ffffffff").text, null);
});

test("a struct that may be null is led by -1 or 1, in the tagged section by 0 or 1", () => {
  const child = struct({ id: int16 });
  const Nullable = versionedStruct({
    name: "Nullable",
    versions: [0, 0],
    flexibleSince: 0,
    body: struct({ plain: nullable(child), inTag: tagged(0, 0, nullable(child)) }),
  });
  const writer = new Writer();
  encodeStruct(Nullable, 0, writer, { plain: null, inTag: null });
  encodeStruct(Nullable, 0, writer, { plain: { id: 7 }, inTag: { id: 8 } });
  const bytes = writer.toBuffer();
  const expected =
    "ff" + "01" + "0001" + "00" + ("01" + "0007" + "00") + "01" + "0004" + ("01" + "0008" + "00");
  assert.equal(bytes.toString("hex"), expected);
  const reader = new Reader(bytes);
  assert.deepEqual(decodeStruct(Nullable, 0, reader), { plain: null, inTag: null });
  assert.deepEqual(decodeStruct(Nullable, 0, reader), { plain: { id: 7 }, inTag: { id: 8 } });
});

test("tags that are unknown, repeated or out of order are tolerated", () => {
  const decoded = decodeHex(2, "00" + "00" + "00" + "03" + "050400000000" + "00020261" + "00020262");
  assert.equal(decoded.label, "b");
});

test("a tagged value must not reach beyond its own size", () => {
  assert.throws(() => decodeHex(2, "000000" + "01" + "0002" + "0361" + "6263"), DecodeError);
});

test("10,001 tagged fields are refused before they are looked at", () => {
  assert.throws(() => decodeHex(2, "000000" + "914e"), /A section of 10001 tagged fields/);
});

test("an array is refused when the bytes cannot hold it", () => {
  assert.throws(() => decodeHex(0, "00070000" + "7fffffff"), /An array of 2147483647 elements in 0 bytes/);
  assert.throws(() => decodeHex(2, "0000" + "ffffffff0f"), DecodeError);
  assert.throws(() => decodeHex(0, "00070000" + "fffffffe"), DecodeError);
});

test("an array of more than a million elements is refused though the bytes could hold it", () => {
  const bytes = Buffer.concat([Buffer.from("00070000" + "000f4241", "hex"), Buffer.alloc(4 * 1_000_001)]);
  assert.throws(() => decodeStruct(Example, 0, new Reader(bytes)), DecodeError);
});

test("surplus bytes behind a body are left alone", () => {
  const reader = new Reader(Buffer.from("00050000ffffffff" + "cafe", "hex"));
  decodeStruct(Example, 0, reader);
  assert.equal(reader.remaining, 2);
});

test("a version that the table lacks is a bug of the caller", () => {
  assert.throws(() => decodeHex(4, ""), { name: "AssertionError" });
});

test("records are linked when large and joined when in pieces", () => {
  const Records = versionedStruct({
    name: "Records",
    versions: [0, 0],
    flexibleSince: "never",
    body: struct({ set: nullable(records) }),
  });
  const large = Buffer.alloc(5000, 1);
  const writer = new Writer();
  encodeStruct(Records, 0, writer, { set: [large, Buffer.from("a")] });
  const pieces = writer.finish();
  assert.equal(pieces[1], large);
  const decoded = decodeStruct(Records, 0, new Reader(Buffer.concat(pieces)));
  assert.deepEqual(decoded.set, Buffer.concat([large, Buffer.from("a")]));
});

test("a string of more than 32767 bytes is refused both ways", () => {
  assert.throws(() => hexOf(2, { text: "x".repeat(32_768), list: null }), RangeError);
  const bytes = Buffer.concat([Buffer.from("818002", "hex"), Buffer.alloc(40_000)]);
  assert.throws(() => decodeStruct(Example, 2, new Reader(bytes)), DecodeError);
});
