import type { SocketAddress } from "../../ports/network.ts";
import { asError, ClientError } from "../client-error.ts";
import type { ClientMetrics } from "./client-metrics.ts";
import type { ClientEnv, KafkaConnectionOptions } from "./connection-options.ts";
import { KafkaConnection } from "./kafka-connection.ts";
import { backoffMs, delay } from "./retry.ts";

export interface ConnectionPoolOptions extends KafkaConnectionOptions {
  /** Before a broker that could not be reached is tried again; doubled each time, with 20 % of jitter. */
  readonly reconnectBackoffMs: number;
  /** The most that this grows to. */
  readonly reconnectBackoffMaxMs: number;
}

/** An address that could not be reached lately. */
interface Trouble {
  readonly failures: number;
  readonly notBeforeMs: number;
}

export function nameOf(address: SocketAddress): string {
  return address.host.includes(":") ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`;
}

/**
 * Connections by address and lane, opened when first used and again when they were lost. A lane is a connection of its
 * own to the same broker: requests that a broker holds back must not hold up others.
 */
export class ConnectionPool {
  private readonly env: ClientEnv;
  private readonly options: ConnectionPoolOptions;
  private readonly metrics: ClientMetrics;
  private readonly connections = new Map<string, Promise<KafkaConnection>>();
  /** Those that are open, by lane and by the very object that named the address: a look-up that makes nothing. */
  private readonly opened = new Map<string, WeakMap<SocketAddress, KafkaConnection>>();
  private readonly troubles = new Map<string, Trouble>(); // By address.
  private readonly closing = new AbortController();

  constructor(env: ClientEnv, options: ConnectionPoolOptions, metrics: ClientMetrics) {
    this.env = env;
    this.options = options;
    this.metrics = metrics;
  }

  /** Aborted, with a ClientError, when the pool is closed. */
  get whenClosed(): AbortSignal {
    return this.closing.signal;
  }

  /** Whether a connection in that lane is there, or under way. */
  has(address: SocketAddress, lane: string): boolean {
    return this.connections.has(`${nameOf(address)} ${lane}`);
  }

  /** Milliseconds before this address is tried again; 0 unless it could not be reached lately. */
  waitMs(address: SocketAddress): number {
    const trouble = this.troubles.get(nameOf(address));
    return trouble === undefined ? 0 : Math.max(0, trouble.notBeforeMs - this.env.clock.monotonic());
  }

  /** The connection that `connection` would give, when it is open and was given before for this very object. */
  openConnection(address: SocketAddress, lane: string): KafkaConnection | null {
    const connection = this.opened.get(lane)?.get(address);
    return connection?.isOpen === true ? connection : null;
  }

  /** @throws what `KafkaConnection.open` throws; ClientError `ended` when the pool is closed. */
  async connection(address: SocketAddress, lane: string): Promise<KafkaConnection> {
    const key = `${nameOf(address)} ${lane}`;
    for (;;) {
      this.closing.signal.throwIfAborted();
      const opening = this.connections.get(key) ?? this.opening(key, address);
      const connection = await opening;
      if (connection.isOpen) {
        this.noteOpen(connection, address, lane);
        return connection;
      }
      // It was lost a moment ago, which is not known here yet.
      this.forget(key, opening);
    }
  }

  private noteOpen(connection: KafkaConnection, address: SocketAddress, lane: string): void {
    let ofLane = this.opened.get(lane);
    if (ofLane === undefined) this.opened.set(lane, (ofLane = new WeakMap()));
    ofLane.set(address, connection);
  }

  private opening(key: string, address: SocketAddress): Promise<KafkaConnection> {
    const opening = this.open(address);
    const forget = (): void => this.forget(key, opening);
    opening.then(async ({ whenEnded }) => await whenEnded).then(forget, forget);
    this.connections.set(key, opening);
    return opening;
  }

  private forget(key: string, opening: Promise<KafkaConnection>): void {
    if (this.connections.get(key) === opening) this.connections.delete(key);
  }

  private async open(address: SocketAddress): Promise<KafkaConnection> {
    const name = nameOf(address);
    const waitMs = this.waitMs(address);
    if (waitMs > 0) await delay(this.env, waitMs, [this.closing.signal]);
    try {
      const settings = { ...this.options, metrics: this.metrics };
      const connection = await KafkaConnection.open(this.env, address, settings, this.closing.signal);
      this.troubles.delete(name);
      return connection;
    } catch (error) {
      this.metrics.connectionsFailed += 1;
      this.troubled(name, (this.troubles.get(name)?.failures ?? 0) + 1);
      throw asError(error);
    }
  }

  private troubled(name: string, failures: number): void {
    const { reconnectBackoffMs, reconnectBackoffMaxMs } = this.options;
    const policy = { backoffMs: reconnectBackoffMs, backoffMsMax: reconnectBackoffMaxMs };
    const notBeforeMs = this.env.clock.monotonic() + backoffMs(policy, failures, this.env.random);
    this.troubles.set(name, { failures, notBeforeMs });
  }

  /** Closes the connections of one lane, to all brokers: what waits on them fails. */
  closeLane(lane: string): void {
    this.opened.delete(lane);
    for (const [key, opening] of this.connections) {
      if (!key.endsWith(` ${lane}`)) continue;
      this.forget(key, opening);
      // One that is being made is closed when it is there; why it could not be made, its caller hears.
      opening.then(
        (connection) => connection.close(),
        () => {},
      );
    }
  }

  /** Closes every connection, also those that are being made. Calls that wait fail; closing twice is fine. */
  async close(): Promise<void> {
    this.closing.abort(new ClientError("ended", "The client is closed"));
    this.opened.clear();
    const settled = await Promise.allSettled(this.connections.values());
    for (const opened of settled) if (opened.status === "fulfilled") opened.value.close();
    this.connections.clear();
  }
}
