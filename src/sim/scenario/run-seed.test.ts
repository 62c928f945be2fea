import assert from "node:assert/strict";
import { test } from "node:test";
import { brokerProgram } from "./broker-program.ts";
import { runSeed } from "./run-seed.ts";

test("the broker keeps its promises in a handful of runs (npm run sim runs many)", async () => {
  for (let seed = 1; seed <= 8; seed += 1) {
    const { failure } = await runSeed({ seed, program: brokerProgram });
    assert.equal(failure, null, `replay: npm run sim -- --seed ${seed}`);
  }
});

test("a run of the broker is a function of its seed", async () => {
  const [first, again, other] = [
    await runSeed({ seed: 5, program: brokerProgram }),
    await runSeed({ seed: 5, program: brokerProgram }),
    await runSeed({ seed: 6, program: brokerProgram }),
  ];
  assert.equal(again.traceHash, first.traceHash);
  assert.equal(again.traceCount, first.traceCount);
  assert.notEqual(other.traceHash, first.traceHash);
});
