import type { ClusterImage } from "../core/cluster/cluster-image.ts";
import type { BrokerConfig } from "../core/cluster/config/broker-config.ts";
import type { FetchSessionCache } from "../core/fetch/fetch-session-cache.ts";
import type { Env } from "../ports/env.ts";
import type { SocketAddress } from "../ports/network.ts";
import type { Controller } from "./controller.ts";
import type { ConnectionCounters } from "./counters/connection-counters.ts";
import type { RequestCounters } from "./counters/request-counters.ts";
import type { GroupCoordinator } from "./groups/group-coordinator.ts";
import type { LogStore } from "./log/log-store.ts";
import type { Partitions } from "./partitions.ts";

/** A running broker, as its edges see it. Everything that a request needs hangs here; there are no globals. */
export interface Broker {
  readonly env: Env;
  readonly nodeId: number;
  readonly clusterId: string;
  readonly config: BrokerConfig;
  /** The committed cluster metadata; read only, changed through the controller. */
  readonly cluster: ClusterImage;
  readonly controller: Controller;
  readonly logs: LogStore;
  readonly partitions: Partitions;
  readonly groups: GroupCoordinator;
  readonly fetchSessions: FetchSessionCache;
  /** What was asked, and how it ended. */
  readonly requests: RequestCounters;
  readonly connections: ConnectionCounters;
  /** The address that a client on this connection is told for a node: what it dialled, unless configured. */
  advertisedAddress(nodeId: number, dialled: SocketAddress): SocketAddress;
  /** Stops the broker because an invariant is broken. Never returns. */
  fail(error: Error): never;
}
