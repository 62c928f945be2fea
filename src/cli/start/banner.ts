import type { SocketAddress } from "../../ports/network.ts";
import { VERSION } from "../version.ts";

export interface BannerFacts {
  readonly nodeId: number;
  readonly addresses: readonly SocketAddress[];
  readonly dataDir: string;
  readonly syncsBeforeAck: boolean;
  /** Null when metrics are not served. */
  readonly metricsAddress: SocketAddress | null;
}

/** What a person wants to know first: where it listens, where the data are, what to do next. */
export function banner({ nodeId, addresses, dataDir, syncsBeforeAck, metricsAddress }: BannerFacts): string {
  const dialled = addresses.map(dialledName);
  const first = dialled[0] ?? "127.0.0.1:9092";
  const promise = syncsBeforeAck
    ? "acks=all means synced to disk"
    : "acknowledged from the page cache: a power cut may lose the last records";
  const metrics =
    metricsAddress === null ? "" : `\n  metrics       http://${dialledName(metricsAddress)}/metrics`;
  return `Millrace ${VERSION}, node ${nodeId}
  listening on  ${dialled.join(", ")}
  data in       ${dataDir}
  durability    ${promise}${metrics}

Transitioning from RECOVERY to RUNNING

Try it from another terminal, with any Kafka client; with kcat:
  echo 'key:hello' | kcat -b ${first} -P -t greetings -K:
  kcat -b ${first} -C -t greetings -e
  kcat -b ${first} -L
Ctrl-C stops it cleanly.
`;
}

/** An address that can be dialled: a broker that listens everywhere is at hand on loopback. */
function dialledName({ host, port }: SocketAddress): string {
  if (host === "0.0.0.0" || host === "::") return `127.0.0.1:${port}`;
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
