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
    mustBeSeen: [
      "a clean shutdown",
      "a consumer left in the body of its loop",
      "a consumer was moved back",
      "a member got partitions",
      "a member's sync was answered REBALANCE_IN_PROGRESS",
      "a partition was paused",
      "a producer's batch was answered KAFKA_STORAGE_ERROR",
      "a producer's batch was answered NOT_LEADER_OR_FOLLOWER",
      "a producer sent a batch again",
      "a program died in the body of its loop",
      "a record was delivered again",
      "a send failed: timeout",
      "fault: answersLost",
      "fault: clientKills",
      "fault: clientPauses",
      "fault: refusals",
      "fault: requestsLost",
      "the body of a consumer's loop threw",
      "the disk was full",
    ],
  },
};

export function isScenarioName(name: string): name is ScenarioName {
  return Object.hasOwn(scenarios, name);
}
