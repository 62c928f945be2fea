import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import type { SeedOutcome } from "./scenario/run-world.ts";
import { isScenarioName, scenarios, type ScenarioName } from "./scenarios.ts";
import { runSeeds, type SeedReport } from "./seed-pool.ts";

const USAGE = `Usage: npm run sim -- [--scenario NAME] [--seeds COUNT] [--from SEED] [--workers COUNT]
       npm run sim -- [--scenario NAME] --seed SEED [--verbose]

Runs programs in the simulator, each seed with its own faults, and checks the invariants.
--scenario "broker" (default): a broker and clients that speak in raw requests;
           "client": programs with our producer and consumer, and a broker
--seeds    how many seeds to run (default 100)
--from     the first of them (default 1)
--workers  how many threads run them (default: the processors, at most 2)
--seed     one seed, twice, comparing the traces
--verbose  with --seed: prints every call on the Env and every log line`;

const FAILURES_SHOWN = 20;

/** So many seeds must reach all states that their scenario names. */
const SEEDS_THAT_SEE_ALL = 500;

const { values } = parseArgs({
  options: {
    scenario: { type: "string", default: "broker" },
    seeds: { type: "string", default: "100" },
    from: { type: "string", default: "1" },
    workers: { type: "string", default: String(Math.min(2, availableParallelism())) },
    seed: { type: "string" },
    verbose: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

const scenarioName = scenarioNameOf(values.scenario);
const scenario = scenarios[scenarioName];

if (values.help) console.log(USAGE);
else if (values.seed !== undefined) await replay(numberOf("seed", values.seed));
else await runMany();

function scenarioNameOf(name: string): ScenarioName {
  if (isScenarioName(name)) return name;
  console.error(`--scenario takes "broker" or "client", got "${name}"\n\n${USAGE}`);
  return process.exit(2);
}

function numberOf(option: string, text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  console.error(`--${option} takes a whole number, got "${text}"\n\n${USAGE}`);
  return process.exit(2);
}

async function replay(seed: number): Promise<void> {
  const onTrace = values.verbose ? { onTrace: (line: string) => console.log(line) } : {};
  const first = await scenario.run({ seed, ...onTrace });
  describe(first);
  const again = await scenario.run({ seed });
  if (again.traceHash !== first.traceHash) {
    console.error(`Not deterministic: a second run ends with ${again.traceHash}.`);
    await showFirstDifference(seed);
    process.exitCode = 1;
  }
  if (first.failure !== null) process.exitCode = 1;
}

function describe({ seed, failure, traceHash, traceCount, virtualMs, sightings, swarm }: SeedOutcome): void {
  showSightings(sightings);
  const on = Object.entries(swarm).flatMap(([flag, isOn]) => (isOn ? [flag] : []));
  console.log(`On: ${on.join(", ")}`);
  const seconds = (virtualMs / 1000).toFixed(1);
  console.log(`Seed ${seed}: ${traceCount} calls in ${seconds} virtual seconds, trace ${traceHash}`);
  console.log(failure === null ? "All invariants hold." : (failure.stack ?? failure.message));
}

/** Interesting states that were reached; one that is missing was not tested. */
function showSightings(sightings: ReadonlyMap<string, number>): void {
  for (const state of [...sightings.keys()].toSorted()) {
    console.log(`${String(sightings.get(state)).padStart(8)}  ${state}`);
  }
}

/** Runs the seed twice more with its trace kept, and prints where the two part. */
async function showFirstDifference(seed: number): Promise<void> {
  const [first, second] = [await linesOf(seed), await linesOf(seed)];
  const at = first.findIndex((line, index) => line !== second[index]);
  console.error(`The first difference:\n  ${first[at]}\n  ${second[at]}`);
}

async function linesOf(seed: number): Promise<string[]> {
  const lines: string[] = [];
  await scenario.run({ seed, onTrace: (line) => void lines.push(line) });
  return lines;
}

async function runMany(): Promise<void> {
  const count = numberOf("seeds", values.seeds);
  const from = numberOf("from", values.from);
  const workers = Math.max(1, numberOf("workers", values.workers));
  const startMs = performance.now();
  const sightings = new Map<string, number>();
  const failures: SeedReport[] = [];
  let done = 0;
  await runSeeds({ scenarioName, from, count, workers }, (report) => {
    done += 1;
    for (const [state, times] of report.sightings) sightings.set(state, (sightings.get(state) ?? 0) + times);
    if (report.failure !== null) {
      failures.push(report);
      if (failures.length <= FAILURES_SHOWN) {
        clearProgress();
        const [summary] = report.failure.split("\n");
        console.error(
          `${summary}\n  replay: npm run sim -- --scenario ${scenarioName} --seed ${report.seed}`,
        );
      }
    }
    showProgress({ done, count, failed: failures.length });
  });
  clearProgress();
  showSightings(sightings);
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
  console.log(`${count - failures.length} of ${count} seeds passed in ${seconds} s.`);
  const missing = scenario.mustBeSeen.filter((state) => !sightings.has(state));
  if (count >= SEEDS_THAT_SEE_ALL && missing.length > 0) {
    console.error(`Never seen: ${missing.join(", ")}`);
    process.exitCode = 1;
  }
  if (failures.length > 0) process.exitCode = 1;
}

function showProgress({ done, count, failed }: { done: number; count: number; failed: number }): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${count} seeds, ${failed} failed `);
}

function clearProgress(): void {
  if (process.stderr.isTTY) process.stderr.write("\r\u001b[K");
}
