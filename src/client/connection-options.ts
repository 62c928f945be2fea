import type { Env } from "../ports/env.ts";
import type { VersionBounds } from "./api-version-table.ts";

/** What a client has of the world; the simulator gives the same. */
export type ClientEnv = Pick<Env, "clock" | "network" | "random">;

export interface KafkaConnectionOptions {
  /** The name under which the broker knows this client: in its logs, quotas and group members. */
  readonly clientId: string;
  /** Milliseconds for the connection to be made (`socket.connection.setup.timeout.ms`). */
  readonly connectTimeoutMs: number;
  /** Milliseconds from sending a request to its answer (`request.timeout.ms`). */
  readonly requestTimeoutMs: number;
  /** Requests that may wait for their answers on one connection; more wait here. */
  readonly maxInFlightRequests: number;
  /** Bytes of such requests; one larger request goes alone. */
  readonly maxInFlightBytes: number;
  /** Milliseconds after which a connection that nobody used is closed (`connections.max.idle.ms`). */
  readonly connectionsMaxIdleMs: number;
}

export const CONNECTION_DEFAULTS: KafkaConnectionOptions = {
  clientId: "millrace",
  connectTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  maxInFlightRequests: 100,
  maxInFlightBytes: 64 * 1024 * 1024,
  connectionsMaxIdleMs: 540_000,
};

export interface RequestOptions extends VersionBounds {
  /** Added to the time-out, for requests that the broker holds on purpose (long poll, rebalance). */
  readonly heldMs?: number;
}
