import assert from "node:assert/strict";
import test from "node:test";
import type { ConsumerRecord } from "../../client/consumer/consumer-record.ts";
import { UsageError } from "../usage.ts";
import { jsonLine, parseTemplate } from "./record-template.ts";

const record: ConsumerRecord = {
  topic: "orders",
  partition: 3,
  offset: 42,
  timestamp: 1_000,
  leaderEpoch: 0,
  key: Buffer.from("k"),
  value: Buffer.from([0xff, 0x41]),
  headers: [
    { key: "a", value: Buffer.from("1") },
    { key: "b", value: null },
  ],
};
const empty: ConsumerRecord = { ...record, key: null, value: null, headers: [] };

function rendered(template: string, of = record): string {
  return parseTemplate(template)(of).toString("latin1");
}

test("every field of kcat's format strings is rendered", () => {
  assert.equal(rendered("%t %p %o %T %k %K %S [%h]\\n"), "orders 3 42 1000 k 1 2 [a=1,b=NULL]\n");
  assert.equal(rendered("%s"), "\xffA", "bytes go through untouched");
  assert.equal(rendered("%R"), "\0\0\0\x02");
});

test("a null has the length -1 and no bytes", () => {
  assert.equal(rendered("%K %S %k%s.", empty), "-1 -1 .");
});

test("escapes and percent signs are literals", () => {
  assert.equal(rendered("100%%\\t\\x41\\q"), "100%\tA\\q");
});

test("an unknown field is refused before anything is read", () => {
  for (const template of ["%x", "%"]) assert.throws(() => parseTemplate(template), UsageError);
});

test("a JSON line holds one record", () => {
  assert.deepEqual(JSON.parse(jsonLine(empty).toString()), {
    topic: "orders",
    partition: 3,
    offset: 42,
    timestamp: 1_000,
    key: null,
    value: null,
    headers: [],
  });
});
