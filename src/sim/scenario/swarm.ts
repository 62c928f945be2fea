import type { SeededRandom } from "../../base/seeded-random.ts";

/** What may go wrong and what clients do in one run. Each seed first draws what is on: a rare mix finds rare bugs. */
export const swarmFlags = [
  "powerCuts",
  "kills",
  "cleanRestarts",
  "pauses",
  "clockJumps",
  "syncFailures",
  "fullDisks",
  "readFailures",
  "slowDisks",
  "resets",
  "stalls",
  "fragments",
  "smallWindows",
  "plainProducers",
  "idempotentProducers",
  "consumers",
  "commits",
  "groups",
  "deletesRecords",
  "topicChurn",
  "compaction",
  "retention",
  "strangers",
  "slowReaders",
] as const;

export type SwarmFlag = (typeof swarmFlags)[number];
export type Swarm = Readonly<Record<SwarmFlag, boolean>>;

const producers: readonly SwarmFlag[] = ["plainProducers", "idempotentProducers"];

export function drawSwarm(random: SeededRandom): Swarm {
  const swarm = Object.fromEntries(swarmFlags.map((flag) => [flag, random.chance(0.5)])) as Record<
    SwarmFlag,
    boolean
  >;
  // A run in which nobody writes proves little.
  if (producers.every((flag) => !swarm[flag])) swarm[random.pick(producers)] = true;
  return swarm;
}
