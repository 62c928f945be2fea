import { NetworkError, type SocketAddress } from "../../ports/network.ts";
import { asError, ClientError } from "../client-error.ts";
import { nameOf } from "./connection-pool.ts";
import { mayRetry } from "./retry.ts";

/** An address and why there is no connection to it. */
export interface Unreached {
  readonly address: SocketAddress;
  readonly error: unknown;
}

/** One error for all addresses that were tried; not retriable when none of them would ever answer. */
export function unreachable(tried: readonly Unreached[]): ClientError {
  const only = tried.length === 1 ? tried[0]?.error : null;
  // It names the address itself, and more exactly what is wrong.
  if (only instanceof ClientError) return only;
  const kind = tried.some(({ error }) => mayRetry(error)) ? "unreachable" : "invalid";
  const reasons = tried.map(({ address, error }) => [nameOf(address), reasonOf(error)] as const);
  const cause = tried.at(-1)?.error;
  const [first] = reasons;
  if (first !== undefined && reasons.length === 1) {
    return new ClientError(kind, `Cannot reach ${first[0]}: ${first[1]}`, cause);
  }
  const list = reasons.map(([name, reason]) => `${name} (${reason})`).join(", ");
  return new ClientError(kind, `Cannot reach any of ${list}`, cause);
}

function reasonOf(error: unknown): string {
  return error instanceof NetworkError ? error.code : asError(error).message;
}
