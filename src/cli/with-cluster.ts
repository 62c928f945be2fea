import { Admin } from "../client/admin/admin.ts";
import { ClusterClient, type ClusterClientOptions } from "../client/network/cluster-client.ts";
import { delay, mayRetry } from "../client/network/retry.ts";
import { realEnv } from "../io/real-env.ts";
import type { Format } from "./output.ts";
import { parseAddresses } from "./usage.ts";

/** The options that `withClusterOptions` adds, as commander hands them over. */
export interface ClusterOptions {
  readonly bootstrapServer: string;
  readonly format: Format;
}

/** A person waits at the other end: a broker that is not there should be said so in seconds. */
const API_TIMEOUT_MS = 10_000;
const UNREACHABLE_TIMEOUT_MS = 3_000;
const RECONNECT_MS = 200;

/** Runs `work` with a client of the cluster that the options name, and closes the client afterwards. */
export async function withCluster<T>(
  options: ClusterOptions,
  work: (client: ClusterClient) => Promise<T>,
): Promise<T> {
  const client = clusterClient(options);
  try {
    await reach(client);
    return await work(client);
  } finally {
    await client.close();
  }
}

/** The same for what an Admin does. */
export async function withAdmin<T>(options: ClusterOptions, work: (admin: Admin) => Promise<T>): Promise<T> {
  return await withCluster(options, async (client) => await work(new Admin({ client })));
}

function clusterClient(options: ClusterOptions): ClusterClient {
  const fallback = { host: "127.0.0.1", port: 9092 };
  const settings: Pick<ClusterClientOptions, "bootstrapServers"> & Partial<ClusterClientOptions> = {
    bootstrapServers: parseAddresses(options.bootstrapServer, fallback),
    clientId: "millrace-cli",
    apiTimeoutMs: API_TIMEOUT_MS,
  };
  return new ClusterClient(realEnv({ log: { level: "silent" } }), settings);
}

/** The first contact gets less time than calls to a cluster that is known to be there. */
async function reach(client: ClusterClient): Promise<void> {
  const startedMs = client.env.clock.monotonic();
  for (;;) {
    try {
      await client.fetchMetadata([]);
      return;
    } catch (error) {
      // A broker that is just starting may answer in a moment.
      const isLate = client.env.clock.monotonic() - startedMs > UNREACHABLE_TIMEOUT_MS;
      if (isLate || !mayRetry(error)) throw error;
      await delay(client.env, RECONNECT_MS);
    }
  }
}
