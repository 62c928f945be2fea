import assert from "node:assert/strict";
import { test } from "node:test";
import { brokenFsync, brokenIndex } from "../../../test/support/sabotage.ts";
import { ProducerState } from "../../core/log/producer-state.ts";
import { brokerProgram } from "./broker-program.ts";
import { runSeed, type SeedOptions } from "./run-seed.ts";
import type { Swarm } from "./swarm.ts";

const SEEDS_MAX = 30;

/** The names of the invariants that notice, over as many seeds as it takes to find one of `expected`. */
async function violated(expected: string, options: Omit<SeedOptions, "seed" | "program">): Promise<string> {
  const found: string[] = [];
  for (let seed = 1; seed <= SEEDS_MAX; seed += 1) {
    const { failure } = await runSeed({ seed, program: brokerProgram, ...options });
    const invariant = (failure as { invariant?: string } | null)?.invariant;
    if (invariant === expected) return invariant;
    if (failure !== null) found.push(invariant ?? String(failure));
  }
  return `none of ${SEEDS_MAX} seeds; others: ${found.join(", ")}`;
}

test("a disk that lies about fsync loses acknowledged records, and that is noticed", async () => {
  const swarm: Partial<Swarm> = { powerCuts: true, idempotentProducers: true };
  assert.equal(await violated("AckedIsReadable", { sabotage: brokenFsync, swarm }), "AckedIsReadable");
});

test("an index that points too far hides records, and that is noticed", async () => {
  const swarm: Partial<Swarm> = { cleanRestarts: true, plainProducers: true };
  assert.equal(await violated("IndexEqualsScan", { sabotage: brokenIndex, swarm }), "IndexEqualsScan");
});

test("a broker that forgets which batches it has lets duplicates in, and that is noticed", async (context) => {
  context.mock.method(ProducerState.prototype, "findDuplicate", () => null);
  context.mock.method(ProducerState.prototype, "check", () => null);
  const swarm: Partial<Swarm> = { resets: true, idempotentProducers: true };
  const invariant = "IdempotentExactlyOnce";
  assert.equal(await violated(invariant, { swarm }), invariant);
});
