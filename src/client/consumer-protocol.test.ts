import assert from "node:assert/strict";
import test from "node:test";
import {
  decodeAssignment,
  decodeSubscription,
  encodeAssignment,
  encodeSubscription,
} from "./consumer-protocol.ts";

test("a subscription has the bytes that other clients expect", () => {
  assert.equal(encodeSubscription(["ab"]).toString("hex"), "0000000000010002" + "6162" + "ffffffff");
  assert.deepEqual(decodeSubscription(encodeSubscription(["ab", "c"])), ["ab", "c"]);
});

test("an assignment survives a round trip", () => {
  const assignment = [{ topic: "t", partitions: [0, 2] }];
  assert.deepEqual(decodeAssignment(encodeAssignment(assignment)), assignment);
});

test("an assignment of another protocol is no assignment, not an error", () => {
  assert.deepEqual(decodeAssignment(Buffer.alloc(0)), []);
  assert.deepEqual(decodeAssignment(Buffer.from("0000ffff7fff", "hex")), []);
});
