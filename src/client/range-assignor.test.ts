import assert from "node:assert/strict";
import test from "node:test";
import { assignRanges } from "./range-assignor.ts";

test("the first members get one partition more when it does not come out even", () => {
  const members = ["c", "a", "b"].map((memberId) => ({ memberId, topics: ["t"] }));
  const assignment = assignRanges(members, new Map([["t", 7]]));
  assert.deepEqual(assignment.get("a"), [{ topic: "t", partitions: [0, 1, 2] }]);
  assert.deepEqual(assignment.get("b"), [{ topic: "t", partitions: [3, 4] }]);
  assert.deepEqual(assignment.get("c"), [{ topic: "t", partitions: [5, 6] }]);
});

test("a member gets nothing of a topic that it does not want, or when there is none left", () => {
  const members = [
    { memberId: "a", topics: ["t"] },
    { memberId: "b", topics: ["t", "u"] },
  ];
  const counts = new Map([
    ["t", 1],
    ["u", 1],
  ]);
  const assignment = assignRanges(members, counts);
  assert.deepEqual(assignment.get("a"), [{ topic: "t", partitions: [0] }]);
  assert.deepEqual(assignment.get("b"), [{ topic: "u", partitions: [0] }]);
});
