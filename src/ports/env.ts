import type { Clock } from "./clock.ts";
import type { Disk } from "./disk.ts";
import type { LogSink } from "./log-sink.ts";
import type { Network } from "./network.ts";
import type { Random } from "./random.ts";

/** All that a node has of the world. The same `main(env)` runs for real and in the simulator. */
export interface Env {
  readonly clock: Clock;
  readonly network: Network;
  readonly disk: Disk;
  readonly random: Random;
  readonly log: LogSink;
}
