import type { SeededRandom } from "../../base/seeded-random.ts";

/** What may go wrong with the broker and with the links. */
export const faultFlags = [
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
] as const;

/** What may go wrong and what clients do in one run. Each seed first draws what is on: a rare mix finds rare bugs. */
export const swarmFlags = [
  ...faultFlags,
  "plainProducers",
  "idempotentProducers",
  "consumers",
  "commits",
  "groups",
  "deletesRecords",
  "topicChurn",
  "topicRebirth",
  "compaction",
  "retention",
  "strangers",
  "slowReaders",
  "fetchSessions",
  "pageCacheMode",
] as const;

export type SwarmFlag = (typeof swarmFlags)[number];
export type Swarm = Readonly<Record<SwarmFlag, boolean>>;

/** After these faults the machine is restarted. */
const rebooting: readonly SwarmFlag[] = ["powerCuts", "syncFailures", "readFailures"];
const producers: readonly SwarmFlag[] = ["plainProducers", "idempotentProducers"];

export function drawSwarm(random: SeededRandom): Swarm {
  const swarm = Object.fromEntries(swarmFlags.map((flag) => [flag, random.chance(0.5)])) as Record<
    SwarmFlag,
    boolean
  >;
  drawPageCacheMode(swarm, random);
  // A run in which nobody writes proves little.
  if (producers.every((flag) => !swarm[flag])) swarm[random.pick(producers)] = true;
  return swarm;
}

/** Acknowledging what is only in the page cache promises nothing over a power cut, so there is none then. */
export function drawPageCacheMode(swarm: Record<SwarmFlag, boolean>, random: SeededRandom): void {
  swarm.pageCacheMode = random.chance(0.15);
  if (swarm.pageCacheMode) for (const flag of rebooting) swarm[flag] = false;
}
