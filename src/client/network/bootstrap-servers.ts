import type { SocketAddress } from "../../ports/network.ts";
import { ClientError } from "../client-error.ts";

const PORT_DEFAULT = 9092;
const PORT_MAX = 65_535;

/**
 * The addresses in "host:port,host:port", or in a list of such texts. IPv6 addresses stand in brackets; a port that is
 * left out is 9092.
 * @throws ClientError `invalid` when a part is no address, or there is none at all.
 */
export function parseBootstrapServers(servers: string | readonly string[]): SocketAddress[] {
  // Whoever writes JavaScript may have left it out.
  const given: string | readonly string[] | undefined = servers;
  const texts = typeof given === "string" ? [given] : (given ?? []);
  const parts = texts.flatMap((text) => text.split(",")).map((part) => part.trim());
  const addresses = parts.filter((part) => part !== "").map(parseServer);
  if (addresses.length > 0) return addresses;
  throw new ClientError("invalid", `bootstrapServers names no server: give "host:port", or a list of them`);
}

function parseServer(text: string): SocketAddress {
  const match = /^(?:\[([^\][]+)\]|([^:\s/]+))(?::(\d{1,5}))?$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3] ?? PORT_DEFAULT);
  if (host !== undefined && port > 0 && port <= PORT_MAX) return { host, port };
  throw new ClientError("invalid", `bootstrapServers has "${text}" where "host:port" is expected`);
}
