import { World } from "../world.ts";

/** A run whose clients are not done after this much virtual time is stuck. */
const RUN_LIMIT_MS = 1_800_000;

/** Which run, and who reads its trace. */
export interface RunOptions {
  readonly seed: number;
  readonly onTrace?: (line: string) => void;
}

/** What one run came to. */
export interface SeedOutcome {
  readonly seed: number;
  readonly traceHash: string;
  readonly traceCount: number;
  readonly virtualMs: number;
  /** What the seed switched on. */
  readonly swarm: Readonly<Record<string, boolean>>;
  readonly sightings: ReadonlyMap<string, number>;
  readonly failure: Error | null;
}

/** What a scenario makes of a fresh world, before its time begins. */
export interface Setting extends Pick<SeedOutcome, "swarm" | "sightings"> {
  readonly play: () => Promise<void>;
  /** Called when the run is over, whether or not `play` came to its end. */
  readonly end?: () => void;
}

/** Makes a world, sets it up and plays it to the end, or to the first failure. */
export async function runWorld(
  { seed, onTrace }: RunOptions,
  setUp: (world: World) => Setting,
): Promise<SeedOutcome> {
  const world = new World(seed);
  world.trace.listener = onTrace ?? null;
  const { swarm, sightings, play, end } = setUp(world);
  const fail = (error: unknown) => world.scheduler.abort(error);
  // A promise that nobody handles would end a real program, so it ends the run.
  process.on("unhandledRejection", fail);
  let failure: Error | null = null;
  try {
    await world.complete(play(), RUN_LIMIT_MS);
  } catch (error) {
    failure = error instanceof Error ? error : new Error(String(error));
  } finally {
    process.off("unhandledRejection", fail);
    end?.();
  }
  const { hash: traceHash, count: traceCount } = world.trace;
  return { seed, traceHash, traceCount, virtualMs: world.scheduler.nowMs, swarm, sightings, failure };
}
