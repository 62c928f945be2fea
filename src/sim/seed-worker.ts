import { parentPort } from "node:worker_threads";
import { brokerProgram } from "./scenario/broker-program.ts";
import { runSeed } from "./scenario/run-seed.ts";
import type { SeedReport } from "./seed-pool.ts";

/** Every so many seeds, one is run twice: a program that is not a function of its seed shows soon. */
const CHECK_TRACE_EVERY = 25;

parentPort?.on("message", (seed: number) => void report(seed));

async function report(seed: number): Promise<void> {
  const { sightings, failure, traceHash } = await runSeed({ seed, program: brokerProgram });
  let text = failure === null ? null : (failure.stack ?? failure.message);
  if (text === null && seed % CHECK_TRACE_EVERY === 0) {
    const again = await runSeed({ seed, program: brokerProgram });
    if (again.traceHash !== traceHash) text = `two runs of seed ${seed} differ`;
  }
  const seen: SeedReport = { seed, sightings, failure: text };
  parentPort?.postMessage(seen);
}
