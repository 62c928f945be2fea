import type { BrokerConfig } from "../core/cluster/config/broker-config.ts";
import type { SocketAddress } from "../ports/network.ts";

export interface AdvertisedEndpoint extends SocketAddress {
  readonly name: string;
  /** The operator named it in `advertised.listeners`; otherwise a client is told what it dialled. */
  readonly isConfigured: boolean;
}

const WILDCARDS = new Set(["", "0.0.0.0", "::"]);
const LISTENER = /^(?<name>[A-Za-z0-9_]+):\/\/(?<host>.*):(?<port>\d+)$/;

/** Under which addresses the broker registers: `advertised.listeners`, or else where it listens. */
export function advertisedEndpoints(
  config: BrokerConfig,
  listeners: readonly (SocketAddress & { readonly name: string })[],
): AdvertisedEndpoint[] {
  const configured = config.list("advertised.listeners") ?? [];
  const named = configured.flatMap((text) => {
    const parts = LISTENER.exec(text.trim())?.groups;
    if (parts === undefined) return [];
    const host = parts["host"]!.replace(/^\[(.*)\]$/, "$1");
    return [{ name: parts["name"]!, host, port: Number(parts["port"]), isConfigured: true }];
  });
  if (named.length > 0) return named;
  // A wildcard is no address that anybody could dial.
  return listeners.map(({ name, host, port }) => {
    return { name, host: WILDCARDS.has(host) ? "localhost" : host, port, isConfigured: false };
  });
}
