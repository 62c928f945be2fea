import { Worker } from "node:worker_threads";
import type { ScenarioName } from "./scenarios.ts";

/** What a worker says of one seed. */
export interface SeedReport {
  readonly seed: number;
  readonly sightings: ReadonlyMap<string, number>;
  /** The failure's text, null when all invariants held. */
  readonly failure: string | null;
}

export interface SeedRange {
  readonly scenarioName: ScenarioName;
  readonly from: number;
  readonly count: number;
  readonly workers: number;
}

/** Runs the seeds on worker threads, each seed on one of them, and reports each as it is done. */
export async function runSeeds(range: SeedRange, onReport: (report: SeedReport) => void): Promise<void> {
  const { scenarioName, from, count, workers } = range;
  let next = from;
  const work = () =>
    new Promise<void>((resolve, reject) => {
      const worker = new Worker(new URL("./seed-worker.ts", import.meta.url), { workerData: scenarioName });
      const feed = () => {
        if (next >= from + count) {
          void worker.terminate();
          resolve();
          return;
        }
        worker.postMessage(next);
        next += 1;
      };
      worker.on("message", (report: SeedReport) => {
        onReport(report);
        feed();
      });
      worker.on("error", reject);
      feed();
    });
  await Promise.all(Array.from({ length: Math.min(workers, count) }, work));
}
