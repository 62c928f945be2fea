import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { createApp } from "./app.ts";
import { HostedBrokers, type BrokerDefaults } from "./hosted-brokers.ts";
import { defaultLimits, type Limits } from "./limits.ts";
import { routes } from "./routes/index.ts";

export interface TestServerOptions {
  readonly host: string;
  /** 0 asks for a free one. */
  readonly port: number;
  readonly version: string;
  readonly brokerDefaults?: BrokerDefaults;
  readonly limits?: Partial<Limits>;
  readonly onBug?: (error: Error) => void;
}

/** Longer than test runners pause between two requests: a connection that closes just then looks like a failure. */
const KEEP_ALIVE_MS = 65_000;

/** The control of brokers in this process, over HTTP. */
export class TestServer implements AsyncDisposable {
  readonly #server: Server;
  readonly #brokers: HostedBrokers;
  readonly #host: string;

  private constructor(server: Server, brokers: HostedBrokers, host: string) {
    this.#server = server;
    this.#brokers = brokers;
    this.#host = host;
  }

  /** @throws Error of the system (`EADDRINUSE` ...) when it cannot listen there. */
  static async start(options: TestServerOptions): Promise<TestServer> {
    const limits = { ...defaultLimits, ...options.limits };
    const brokers = new HostedBrokers(limits, options.brokerDefaults);
    const onBug = options.onBug ?? ((): void => {});
    const { host, version } = options;
    const app = createApp({ brokers, limits, version, routes, host, onBug });
    const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false }) as Server;
    server.maxConnections = limits.connectionsMax;
    server.keepAliveTimeout = KEEP_ALIVE_MS;
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen({ host: options.host, port: options.port }, resolve);
    });
    return new TestServer(server, brokers, options.host);
  }

  /** `http://HOST:PORT`, without a slash at the end. */
  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://${this.#host.includes(":") ? `[${this.#host}]` : this.#host}:${port}`;
  }

  /**
   * Stops all brokers; nothing is left behind.
   *
   * @returns faults that never happened, by broker.
   */
  async stop(): Promise<ReadonlyMap<string, readonly string[]>> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    const unhit = await this.#brokers.stopAll();
    this.#server.closeAllConnections();
    await closed;
    return unhit;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}
