import assert from "node:assert/strict";
import { test } from "node:test";
import {
  readRequestHeader,
  readResponseHeader,
  responseHeaderVersion,
  writeRequestHeader,
  writeResponseHeader,
} from "./headers.ts";
import { ApiVersions, Metadata } from "./messages/index.ts";
import { Reader } from "./reader.ts";
import { Writer } from "./writer.ts";

test("a request header keeps its client id in the old encoding, also in flexible versions", () => {
  const header = { apiKey: 3, apiVersion: 12, correlationId: 5, clientId: "me" };
  const writer = new Writer();
  writeRequestHeader(writer, header);
  const bytes = writer.toBuffer();
  assert.equal(bytes.toString("hex"), "0003" + "000c" + "00000005" + "00026d65" + "00");
  const reader = new Reader(bytes);
  assert.deepEqual(readRequestHeader(reader), header);
  assert.equal(reader.remaining, 0);
});

test("readRequestHeader() skips unknown tags and stops before the body", () => {
  const reader = new Reader(
    Buffer.from("0012" + "0003" + "00000001" + "ffff" + "01" + "0702abcd" + "ee", "hex"),
  );
  assert.equal(readRequestHeader(reader).clientId, null);
  assert.equal(reader.remaining, 1);
});

test("readRequestHeader() reads the header of an ApiVersions version that nobody knows yet", () => {
  const reader = new Reader(Buffer.from("0012" + "0063" + "00000009" + "0000" + "00" + "ee", "hex"));
  const header = readRequestHeader(reader);
  assert.deepEqual(header, { apiKey: 18, apiVersion: 99, correlationId: 9, clientId: "" });
  assert.equal(reader.remaining, 1);
});

test("a response header has tags in flexible versions, but never for ApiVersions", () => {
  assert.equal(responseHeaderVersion(Metadata, 8), 0);
  assert.equal(responseHeaderVersion(Metadata, 9), 1);
  assert.equal(responseHeaderVersion(ApiVersions, 4), 0);
  const writer = new Writer();
  writeResponseHeader(writer, { headerVersion: 1, correlationId: 77 });
  assert.equal(readResponseHeader(new Reader(writer.toBuffer()), 1), 77);
});
