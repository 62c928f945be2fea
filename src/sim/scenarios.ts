import { runClientSeed } from "./client-scenario/run-client-seed.ts";
import { brokerProgram } from "./scenario/broker-program.ts";
import { runSeed } from "./scenario/run-seed.ts";
import type { RunOptions, SeedOutcome } from "./scenario/run-world.ts";

/** What is simulated. */
export interface Scenario {
  run(options: RunOptions): Promise<SeedOutcome>;
  /** States that many seeds must reach; a workload that no longer does proves less than it seems to. */
  readonly mustBeSeen: readonly string[];
}

export type ScenarioName = "broker" | "client";

export const scenarios: Readonly<Record<ScenarioName, Scenario>> = {
  broker: {
    run: async (options) => await runSeed({ ...options, program: brokerProgram }),
    mustBeSeen: [
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
    ],
  },
  client: {
    run: runClientSeed,
    mustBeSeen: [],
  },
};

export function isScenarioName(name: string): name is ScenarioName {
  return Object.hasOwn(scenarios, name);
}
