import { startMillrace, type MillraceOptions } from "../testing/index.ts";
import { HostedBroker } from "./hosted-broker.ts";
import type { Limits } from "./limits.ts";
import { notFound, Problem } from "./problem.ts";

/** What a broker has unless the request for it says otherwise. */
export type BrokerDefaults = Pick<MillraceOptions, "config" | "asVersion">;

/** All brokers of a test server, by id. */
export class HostedBrokers {
  readonly #limits: Limits;
  readonly #defaults: BrokerDefaults;
  readonly #byId = new Map<string, HostedBroker>();
  #starting = 0;
  #count = 0;

  constructor(limits: Limits, defaults: BrokerDefaults = {}) {
    this.#limits = limits;
    this.#defaults = defaults;
  }

  get all(): readonly HostedBroker[] {
    return [...this.#byId.values()];
  }

  get(id: string): HostedBroker {
    const hosted = this.#byId.get(id);
    if (hosted === undefined) throw notFound("broker", id, this.#byId.keys());
    return hosted;
  }

  async start(asked: MillraceOptions): Promise<HostedBroker> {
    const { brokersMax } = this.#limits;
    if (this.#byId.size + this.#starting >= brokersMax) {
      throw new Problem(
        "limit-reached",
        `There are ${brokersMax} brokers, as many as may be: DELETE one, or start the test server with a higher --brokers-max.`,
      );
    }
    const config = { ...this.#defaults.config, ...asked.config };
    // Faults that never happened are told by whoever deletes the broker.
    const options: MillraceOptions = { ...this.#defaults, ...asked, config, unhitFaults: "ignore" };
    this.#starting += 1;
    try {
      const broker = await startMillrace(options);
      this.#count += 1;
      const hosted = new HostedBroker(`b${this.#count}`, broker, this.#limits);
      this.#byId.set(hosted.id, hosted);
      return hosted;
    } finally {
      this.#starting -= 1;
    }
  }

  /** Stops it, and returns it for what it still has to say. */
  async stop(id: string): Promise<HostedBroker> {
    const hosted = this.get(id);
    this.#byId.delete(id);
    await hosted.stop();
    return hosted;
  }

  /** @returns faults that never happened, by broker. */
  async stopAll(): Promise<ReadonlyMap<string, readonly string[]>> {
    const stopped = await Promise.all(this.all.map(({ id }) => this.stop(id)));
    return new Map(stopped.map(({ id, unhitFaults }) => [id, unhitFaults]));
  }
}
