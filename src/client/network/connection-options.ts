import type { Env } from "../../ports/env.ts";
import { ClientError } from "../client-error.ts";
import type { VersionBounds } from "./api-version-table.ts";

/** What a client has of the world; the simulator gives the same. */
export type ClientEnv = Pick<Env, "clock" | "network" | "random">;

export interface KafkaConnectionOptions {
  /** The name under which the broker knows this client: in its logs, quotas and group members. */
  readonly clientId: string;
  /** For a connection to be made [socket.connection.setup.timeout.ms]. */
  readonly connectTimeoutMs: number;
  /** From sending a request to its answer [request.timeout.ms]; the connection is given up when none comes. */
  readonly requestTimeoutMs: number;
  /** Requests that may wait for their answers on one connection; more wait here. */
  readonly maxInFlightRequests: number;
  /** Bytes of such requests; one larger request goes alone. */
  readonly maxInFlightBytes: number;
  /** After so long without a request a connection is closed [connections.max.idle.ms]. */
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

/**
 * Milliseconds, counts and bytes that bound a client: each must be above 0, and what waits has to end some time.
 * @throws ClientError `invalid` that names the option and its value.
 */
export function checkBounds(options: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(options)) {
    if (!/(Ms|Bytes|Requests)$/.test(name)) continue;
    if (typeof value === "number" && value > 0 && value < Infinity) continue;
    throw new ClientError("invalid", `${name} is a number above 0, not ${String(value)}`);
  }
}

export interface RequestOptions extends VersionBounds {
  /** Added to the time-out, for requests that the broker holds on purpose (long poll, rebalance). */
  readonly heldMs?: number;
}
