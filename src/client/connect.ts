import { realClock } from "../io/clock.ts";
import { realNetwork, type TlsOptions } from "../io/network.ts";
import { realRandom } from "../io/random.ts";
import { parseBootstrapServers } from "./network/bootstrap-servers.ts";
import { ClusterClient, type ClusterClientOptions } from "./network/cluster-client.ts";
import type { ClientEnv } from "./network/connection-options.ts";

export type { TlsOptions } from "../io/network.ts";

/** A cluster to connect to, and how; only where it is must be said. Bounds must be above 0. */
export interface ClusterOptions extends Partial<Omit<ClusterClientOptions, "bootstrapServers">> {
  /**
   * "host:port", several of them separated by commas, or a list: any brokers of the cluster. The others are learned
   * from the first that answers.
   */
  readonly bootstrapServers: string | readonly string[];
  /**
   * Connect to listeners of the kind SSL: true, or what `node:tls` takes: `ca` for an authority of your own, `cert` and
   * `key` where brokers want to know their clients.
   */
  readonly tls?: boolean | TlsOptions;
  /** The clock, network and randomness to use; the machine's own when absent. */
  readonly env?: ClientEnv;
}

/** Where a producer, consumer or admin gets its connections: of its own, or those of a ClusterClient that it shares. */
export type ConnectionOptions = ClusterOptions | { readonly client: ClusterClient };

/**
 * The ClusterClient that the options name or describe; nothing is connected yet. One that was made here is owned by the
 * caller, who closes it.
 * @throws ClientError `invalid` when `bootstrapServers` can't be read.
 */
export function clusterClientOf(options: ConnectionOptions): { client: ClusterClient; isOwned: boolean } {
  if ("client" in options) return { client: options.client, isOwned: false };
  return { client: connectTo(options), isOwned: true };
}

/**
 * A client of the cluster for several producers, consumers and admins to share; connections are made when first used.
 * @throws ClientError `invalid` when `bootstrapServers` can't be read.
 */
export function connectTo(options: ClusterOptions): ClusterClient {
  const { bootstrapServers, tls = false, env = machine(tls), ...settings } = options;
  return new ClusterClient(env, { ...settings, bootstrapServers: parseBootstrapServers(bootstrapServers) });
}

/** The one place where the client takes hold of the machine. */
function machine(tls: boolean | TlsOptions): ClientEnv {
  const network = realNetwork({ tls: tls === true ? {} : tls === false ? undefined : tls });
  return { clock: realClock(), network, random: realRandom() };
}
