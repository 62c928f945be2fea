import { SeededRandom } from "../base/seeded-random.ts";
import { Machine } from "./machine.ts";
import { Scheduler } from "./scheduler.ts";
import { SimNetwork } from "./sim-network.ts";
import { Trace } from "./trace.ts";

/** A simulated world: machines, the network between them, and one virtual time. All of it follows from the seed. */
export class World {
  readonly seed: number;
  readonly random: SeededRandom;
  readonly trace = new Trace(() => this.scheduler.nowMs);
  readonly scheduler: Scheduler;
  readonly network: SimNetwork;
  readonly #machines = new Map<string, Machine>();

  constructor(seed: number) {
    this.seed = seed;
    this.random = new SeededRandom(seed);
    this.scheduler = new Scheduler(this.random.fork("schedule"));
    this.network = new SimNetwork(this.scheduler, this.random.fork("network"));
  }

  /** The machine of this host name, made when it is first asked for. */
  machine(host: string): Machine {
    let machine = this.#machines.get(host);
    if (machine === undefined) this.#machines.set(host, (machine = new Machine(host, this)));
    return machine;
  }

  /** Runs until the promise settles. A promise that does not within `limitMs` of virtual time is an error. */
  async complete<T>(promise: Promise<T>, limitMs = 3_600_000): Promise<T> {
    let isSettled = false;
    const settled = () => {
      isSettled = true;
    };
    promise.then(settled, settled);
    const outcome = await this.scheduler.run(() => isSettled, this.scheduler.nowMs + limitMs);
    if (!isSettled) throw new StuckError(outcome, this.scheduler.nowMs);
    return promise;
  }
}

/** The simulated world has nothing more to do, or ran for too long, and what was waited for has not happened. */
export class StuckError extends Error {
  constructor(outcome: string, nowMs: number) {
    super(outcome === "idle" ? `Nothing is left to happen (at ${nowMs} ms)` : `Not done by ${nowMs} ms`);
    this.name = "StuckError";
  }
}
