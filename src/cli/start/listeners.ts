import type { SocketAddress } from "../../ports/network.ts";
import { parseAddress, UsageError } from "../usage.ts";

/** Only this machine, unless somebody says otherwise: nothing is encrypted or authenticated yet. */
export const DEFAULT_ADDRESS: SocketAddress = { host: "127.0.0.1", port: 9092 };
/** Where metrics are served when only a part of the address is said. 9404 is what exporters for Kafka use. */
const METRICS_ADDRESS: SocketAddress = { host: "127.0.0.1", port: 9404 };
const ALL_INTERFACES = "0.0.0.0";

/** The value of Kafka's `listeners` key for `--listen` options. */
export function listenersOf(listen: readonly string[]): string {
  const addresses = listen.map((text) => parseAddress(text, DEFAULT_ADDRESS));
  return addresses
    .map(({ host, port }, index) => `${nameOf(index)}://${host.includes(":") ? `[${host}]` : host}:${port}`)
    .join(",");
}

/** The address in a `millrace.metrics.listen` value; null when metrics are not to be served. */
export function metricsAddressOf(value: string | null): SocketAddress | null {
  return value === null || value === "" ? null : parseAddress(value, METRICS_ADDRESS);
}

/** Kafka wants each listener to have a name of its own. */
function nameOf(index: number): string {
  return index === 0 ? "PLAINTEXT" : `PLAINTEXT${index + 1}`;
}

/** The addresses in a `listeners` value. As in Kafka, an empty host means every interface. */
export function addressesOf(listeners: readonly string[]): SocketAddress[] {
  return listeners
    .filter((listener) => !listener.startsWith("CONTROLLER://"))
    .map((listener) => {
      const match = /^([A-Za-z0-9_]+):\/\/(.*)$/.exec(listener);
      if (match === null) throw new UsageError(`Expected NAME://HOST:PORT in listeners, got "${listener}"`);
      return parseAddress(match[2]!, { host: ALL_INTERFACES, port: DEFAULT_ADDRESS.port });
    });
}
