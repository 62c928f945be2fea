import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { brokerProgram } from "./scenario/broker-program.ts";
import { runSeed, type SeedOutcome } from "./scenario/run-seed.ts";
import { runSeeds, type SeedReport } from "./seed-pool.ts";

const USAGE = `Usage: npm run sim -- [--seeds COUNT] [--from SEED] [--workers COUNT]
       npm run sim -- --seed SEED [--verbose]

Runs a broker in the simulator, each seed with its own clients and faults, and checks the invariants.
--seeds    how many seeds to run (default 100)
--from     the first of them (default 1)
--workers  how many threads run them (default: the processors, at most 2)
--seed     one seed, twice, comparing the traces
--verbose  with --seed: prints every call on the Env and every log line`;

const FAILURES_SHOWN = 20;

/** So many seeds must reach all of these states; a workload that no longer does proves less than it seems to. */
const SEEDS_THAT_SEE_ALL = 500;
const mustBeSeen = [
  "a clean shutdown",
  "a consumer read records while faults happened",
  "a scan started above 0",
  "an idempotent producer sends again",
  "commit answered NONE",
  "compaction dropped records",
  "idempotent produce answered KAFKA_STORAGE_ERROR",
  "idempotent produce answered OUT_OF_ORDER_SEQUENCE_NUMBER",
  "session fetch answered NONE",
  "sync answered NONE",
  "the broker gave up: StorageError",
  "the disk was full",
] as const;

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "100" },
    from: { type: "string", default: "1" },
    workers: { type: "string", default: String(Math.min(2, availableParallelism())) },
    seed: { type: "string" },
    verbose: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

if (values.help) console.log(USAGE);
else if (values.seed !== undefined) await replay(numberOf("seed", values.seed));
else await runMany();

function numberOf(option: string, text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  console.error(`--${option} takes a whole number, got "${text}"\n\n${USAGE}`);
  return process.exit(2);
}

async function replay(seed: number): Promise<void> {
  const onTrace = values.verbose ? { onTrace: (line: string) => console.log(line) } : {};
  const first = await runSeed({ seed, program: brokerProgram, ...onTrace });
  describe(first);
  const again = await runSeed({ seed, program: brokerProgram });
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
  await runSeed({ seed, program: brokerProgram, onTrace: (line) => void lines.push(line) });
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
  await runSeeds({ from, count, workers }, (report) => {
    done += 1;
    for (const [state, times] of report.sightings) sightings.set(state, (sightings.get(state) ?? 0) + times);
    if (report.failure !== null) {
      failures.push(report);
      if (failures.length <= FAILURES_SHOWN) {
        clearProgress();
        const [summary] = report.failure.split("\n");
        console.error(`${summary}\n  replay: npm run sim -- --seed ${report.seed}`);
      }
    }
    showProgress({ done, count, failed: failures.length });
  });
  clearProgress();
  showSightings(sightings);
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
  console.log(`${count - failures.length} of ${count} seeds passed in ${seconds} s.`);
  const missing = mustBeSeen.filter((state) => !sightings.has(state));
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
