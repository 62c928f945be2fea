import type { SeededRandom } from "../../base/seeded-random.ts";
import type { Env } from "../../ports/env.ts";
import { NetworkError, type SocketAddress } from "../../ports/network.ts";
import type { HistoryEvent } from "../invariants/history.ts";
import type { Invariant } from "../invariants/invariant.ts";
import type { World } from "../world.ts";
import { LinkError } from "./kafka-link.ts";
import type { Swarm } from "./swarm.ts";
import type { TopicPlan } from "./topic-plan.ts";

/** What the clients of one run share. */
export class Scene {
  readonly world: World;
  /** The clients' machine; it never crashes. */
  readonly env: Env;
  readonly address: SocketAddress;
  readonly swarm: Swarm;
  readonly topics: readonly TopicPlan[];
  readonly random: SeededRandom;
  /** How often each interesting state was reached. */
  readonly sightings = new Map<string, number>();
  readonly #invariants: readonly Invariant[];

  constructor(options: {
    world: World;
    address: SocketAddress;
    swarm: Swarm;
    topics: readonly TopicPlan[];
    invariants: readonly Invariant[];
  }) {
    this.world = options.world;
    this.env = options.world.machine("client").boot();
    this.address = options.address;
    this.swarm = options.swarm;
    this.topics = options.topics;
    this.random = options.world.random.fork("workload");
    this.#invariants = options.invariants;
  }

  get nowMs(): number {
    return this.world.scheduler.nowMs;
  }

  /** Adds to the history; every invariant looks at once, so that a violation is reported where it shows. */
  note(event: HistoryEvent): void {
    this.#tell(() => JSON.stringify(event, (key, value: unknown) => (key === "scan" ? undefined : value)));
    for (const invariant of this.#invariants) invariant.observe(event);
  }

  sometimes(state: string): void {
    this.sightings.set(state, (this.sightings.get(state) ?? 0) + 1);
    this.#tell(() => state);
  }

  /** A line among those of the trace, which is not a part of its hash. */
  #tell(text: () => string): void {
    const { listener } = this.world.trace;
    listener?.(`${this.nowMs.toFixed(3).padStart(12)} client ${text()}`);
  }

  sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => void this.env.clock.schedule(delayMs, resolve));
  }

  /** Tries until `attempt` returns something; lost connections are expected and tried again. */
  async retry<T>(random: SeededRandom, attempt: () => Promise<T | undefined>): Promise<T> {
    for (;;) {
      try {
        const result = await attempt();
        if (result !== undefined) return result;
      } catch (error) {
        // The broker is down, or the network is; both pass.
        if (!isLost(error)) throw error;
      }
      await this.sleep(random.between(20, 300));
    }
  }
}

/** Whether the error says only that no answer came. */
export function isLost(error: unknown): boolean {
  return error instanceof LinkError || error instanceof NetworkError;
}
