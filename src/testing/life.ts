import type { Broker } from "../broker/broker.ts";
import type { Interceptor } from "../broker/interceptor.ts";
import { DataDirectoryError } from "../broker/log/storage-error.ts";
import type { BrokerConfig } from "../core/cluster/config/broker-config.ts";
import { realNetwork } from "../io/network.ts";
import { realRandom } from "../io/random.ts";
import { startBroker, type RunningBroker } from "../main.ts";
import type { Clock } from "../ports/clock.ts";
import type { Disk } from "../ports/disk.ts";
import type { LogSink } from "../ports/log-sink.ts";
import { NetworkGate } from "./network-gate.ts";
import { RefusedError } from "./refused-error.ts";

export interface LifeOptions {
  readonly clock: Clock;
  readonly disk: Disk;
  readonly log: LogSink;
  readonly port: number;
  readonly dataDir: string;
  readonly config: BrokerConfig;
  readonly intercept: Interceptor;
}

const HOST = "127.0.0.1";

/** One run of the broker, from a start to a stop or a crash. */
export class Life {
  readonly network: NetworkGate;
  readonly #running: RunningBroker;
  /** Why the broker could not go on by itself: a bug of its own. */
  failure: Error | null = null;

  private constructor(network: NetworkGate, running: RunningBroker) {
    this.network = network;
    this.#running = running;
    void running.failed.then((error) => (this.failure = error));
  }

  static async start(options: LifeOptions): Promise<Life> {
    const { clock, disk, log, port, dataDir, config, intercept } = options;
    const network = new NetworkGate(realNetwork());
    const env = { clock, disk, log, network, random: realRandom() };
    const listeners = [{ host: HOST, port }];
    try {
      const running = await startBroker(env, { listeners, dataDir, config, intercept });
      return new Life(network, running);
    } catch (error) {
      // The user's `dataDir` is in use, or somebody else's.
      if (error instanceof DataDirectoryError) throw new RefusedError(error.message);
      throw error;
    }
  }

  get node(): Broker {
    return this.#running.node;
  }

  get port(): number {
    return this.#running.addresses[0]!.port;
  }

  stop(): Promise<void> {
    return this.#running.stop();
  }

  /**
   * Dies: connections break, nobody is told, nothing more is written. What was in flight ends on a disk that the
   * caller has already left to it.
   */
  async crash(): Promise<void> {
    this.network.mayConnect = () => false;
    this.network.cut();
    await this.#running.abandon();
  }
}
