import type { Env } from "../ports/env.ts";
import { realClock } from "./clock.ts";
import { realDisk } from "./disk.ts";
import { realLogSink, type LogOptions } from "./log-sink.ts";
import { realNetwork } from "./network.ts";
import { realRandom } from "./random.ts";

export interface RealEnvOptions {
  readonly log?: LogOptions;
}

/** The machine itself: its clock, network, disk and randomness. */
export function realEnv(options: RealEnvOptions = {}): Env {
  return {
    clock: realClock(),
    network: realNetwork(),
    disk: realDisk(),
    random: realRandom(),
    log: realLogSink(options.log),
  };
}
