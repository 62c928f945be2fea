import { NetworkError, type Connection, type SocketAddress } from "../../ports/network.ts";
import type { ClientEnv } from "./connection-options.ts";

/**
 * Connects within `timeoutMs`.
 * @throws NetworkError when nobody answers; what `signal` was aborted with, when it was.
 */
export async function connectWithin(
  env: ClientEnv,
  address: SocketAddress,
  ...[timeoutMs, signal]: [number, AbortSignal?]
): Promise<Connection> {
  signal?.throwIfAborted();
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  const timer = env.clock.schedule(timeoutMs, stop);
  signal?.addEventListener("abort", stop, { once: true });
  try {
    return await env.network.connect(address, abort.signal);
  } catch (error) {
    signal?.throwIfAborted();
    if (!abort.signal.aborted) throw error;
    const where = `${address.host}:${address.port}`;
    throw new NetworkError(`Cannot connect to ${where} within ${timeoutMs} ms`, "ETIMEDOUT", error);
  } finally {
    timer.cancel();
    signal?.removeEventListener("abort", stop);
  }
}
