import assert from "node:assert/strict";
import test from "node:test";
import { Metadata } from "../wire/kafka/messages/03-metadata.ts";
import { FindCoordinator } from "../wire/kafka/messages/10-find-coordinator.ts";
import { eachErrorCode } from "./error-codes.ts";

function codesIn(...[message, response]: [Parameters<typeof eachErrorCode>[0], unknown]): number[] {
  const codes: number[] = [];
  eachErrorCode(message, response, (code) => codes.push(code));
  return codes;
}

test("the codes of an answer's parts are found at every depth, and 0 is none", () => {
  const topics = [
    { errorCode: 3, partitions: [] },
    { errorCode: 0, partitions: [{ errorCode: 5 }, { errorCode: 0 }] },
  ];
  assert.deepEqual(codesIn(Metadata, { topics }), [3, 5]);
});

test("fields that were left to their defaults carry no code", () => {
  assert.deepEqual(codesIn(FindCoordinator, {}), []);
  assert.deepEqual(codesIn(FindCoordinator, { errorCode: 15, errorMessage: null }), [15]);
});
