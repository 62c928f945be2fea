import assert from "node:assert/strict";
import { test } from "node:test";
import { runClientSeed } from "./run-client-seed.ts";

test("our client keeps its promises in a handful of runs (npm run sim runs many)", async () => {
  for (let seed = 1; seed <= 5; seed += 1) {
    const { failure } = await runClientSeed({ seed });
    assert.equal(failure, null, `replay: npm run sim -- --scenario client --seed ${seed}`);
  }
});

test("a run of the client is a function of its seed", async () => {
  const [first, again, other] = [
    await runClientSeed({ seed: 5 }),
    await runClientSeed({ seed: 5 }),
    await runClientSeed({ seed: 6 }),
  ];
  assert.equal(again.traceHash, first.traceHash);
  assert.equal(again.traceCount, first.traceCount);
  assert.notEqual(other.traceHash, first.traceHash);
});
