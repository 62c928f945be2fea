import assert from "node:assert/strict";
import { test } from "node:test";
import { brokenFsync, brokenIndex } from "../../../test/support/sabotage.ts";
import { ProducerState } from "../../core/log/producer-state.ts";
import { brokerProgram } from "./broker-program.ts";
import { runSeed, type SeedOptions } from "./run-seed.ts";
import type { Swarm } from "./swarm.ts";

const SEEDS_MAX = 30;

type Sabotage = Omit<SeedOptions, "seed" | "program">;

/** Runs seeds until one of the expected invariants notices. */
async function mustBeNoticedBy(expected: readonly string[], options: Sabotage): Promise<void> {
  const found: string[] = [];
  for (let seed = 1; seed <= SEEDS_MAX; seed += 1) {
    const { failure } = await runSeed({ seed, program: brokerProgram, ...options });
    const invariant = (failure as { invariant?: string } | null)?.invariant;
    if (invariant !== undefined && expected.includes(invariant)) return;
    if (failure !== null) found.push(invariant ?? String(failure));
  }
  assert.fail(`None of ${SEEDS_MAX} seeds noticed; what they found: ${found.join(", ")}`);
}

test("a disk that lies about fsync loses acknowledged records, and that is noticed", async () => {
  const swarm: Partial<Swarm> = { pageCacheMode: false, powerCuts: true, idempotentProducers: true };
  await mustBeNoticedBy(["AckedIsReadable"], { sabotage: brokenFsync, swarm });
});

test("an index that points too far hides records, and that is noticed", async () => {
  const swarm: Partial<Swarm> = { cleanRestarts: true, plainProducers: true };
  // Whoever looks first: a lookup, a reader who expects what was acknowledged, or a consumer who counts.
  await mustBeNoticedBy(["IndexEqualsScan", "AckedIsReadable", "NoPollSkip"], {
    sabotage: brokenIndex,
    swarm,
  });
});

test("a broker that forgets which batches it has lets duplicates in, and that is noticed", async (context) => {
  context.mock.method(ProducerState.prototype, "findDuplicate", () => null);
  context.mock.method(ProducerState.prototype, "check", () => null);
  const swarm: Partial<Swarm> = { resets: true, idempotentProducers: true };
  await mustBeNoticedBy(["IdempotentExactlyOnce"], { swarm });
});
