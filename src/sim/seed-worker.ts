import { parentPort, workerData } from "node:worker_threads";
import { scenarios, type ScenarioName } from "./scenarios.ts";
import type { SeedReport } from "./seed-pool.ts";

const scenario = scenarios[workerData as ScenarioName];

/** Every so many seeds, one is run twice: a program that is not a function of its seed shows soon. */
const CHECK_TRACE_EVERY = 25;

parentPort?.on("message", (seed: number) => void report(seed));

async function report(seed: number): Promise<void> {
  const { sightings, failure, traceHash } = await scenario.run({ seed });
  let text = failure === null ? null : (failure.stack ?? failure.message);
  if (text === null && seed % CHECK_TRACE_EVERY === 0) {
    const again = await scenario.run({ seed });
    if (again.traceHash !== traceHash) text = `two runs of seed ${seed} differ`;
  }
  const seen: SeedReport = { seed, sightings, failure: text };
  parentPort?.postMessage(seen);
}
