import type { BrokerEndpoint } from "../core/cluster/broker-image.ts";
import type { ClusterImage } from "../core/cluster/cluster-image.ts";
import type { BrokerConfig } from "../core/cluster/config/broker-config.ts";
import { logConfigOf } from "../core/cluster/config/topic-config.ts";
import { FetchSessionCache } from "../core/fetch/fetch-session-cache.ts";
import type { Env } from "../ports/env.ts";
import type { SocketAddress } from "../ports/network.ts";
import { advertisedEndpoints, type AdvertisedEndpoint } from "./advertised.ts";
import type { Broker } from "./broker.ts";
import { cleanShutdownEpoch } from "./clean-shutdown.ts";
import { Controller } from "./controller.ts";
import { ConnectionCounters } from "./counters/connection-counters.ts";
import { RequestCounters } from "./counters/request-counters.ts";
import { startGroups } from "./groups/start-groups.ts";
import type { GroupCoordinator } from "./groups/group-coordinator.ts";
import { Hosting } from "./hosting.ts";
import { StorageError } from "./log/storage-error.ts";
import { LogStore } from "./log/log-store.ts";
import { storeLimits } from "./log/store-limits.ts";
import { METADATA_TOPIC, metadataLogConfig, openMetadataLog } from "./metadata-log.ts";
import { Partitions } from "./partitions.ts";

export interface BrokerNodeOptions {
  readonly dataDir: string;
  readonly config: BrokerConfig;
}

interface Parts {
  readonly env: Env;
  readonly config: BrokerConfig;
  readonly logs: LogStore;
  readonly controller: Controller;
  readonly partitions: Partitions;
  readonly lastCleanEpoch: number | null;
  readonly failure: Failure;
}

/** One node: the log store, the controller and the coordinators, joined. It knows no protocol. */
export class BrokerNode implements Broker {
  readonly env: Env;
  readonly nodeId: number;
  readonly clusterId: string;
  readonly config: BrokerConfig;
  readonly cluster: ClusterImage;
  readonly controller: Controller;
  readonly logs: LogStore;
  readonly partitions: Partitions;
  readonly groups: GroupCoordinator;
  readonly fetchSessions: FetchSessionCache;
  readonly requests = new RequestCounters();
  readonly connections = new ConnectionCounters();
  private readonly hosting: Hosting;
  private readonly lastCleanEpoch: number | null;
  private readonly failure: Failure;
  private advertised: readonly AdvertisedEndpoint[] = [];
  private brokerEpoch = -1;
  private isServing = false;

  private constructor(parts: Parts) {
    this.env = parts.env;
    this.config = parts.config;
    this.nodeId = parts.config.number("node.id");
    this.logs = parts.logs;
    this.clusterId = parts.logs.clusterId;
    this.controller = parts.controller;
    this.cluster = parts.controller.cluster;
    this.partitions = parts.partitions;
    this.lastCleanEpoch = parts.lastCleanEpoch;
    this.failure = parts.failure;
    this.fetchSessions = new FetchSessionCache({
      slotsMax: this.config.number("max.incremental.fetch.session.cache.slots"),
      newSessionId: () => this.env.random.below(2 ** 31 - 1) + 1,
    });
    const { coordinator, followLeadership, forgetTopics } = startGroups(this);
    this.groups = coordinator;
    this.hosting = new Hosting({
      env: this.env,
      nodeId: this.nodeId,
      config: this.config,
      image: this.cluster,
      logs: this.logs,
      partitions: this.partitions,
      onLeadership: followLeadership,
      onTopicsDeleted: forgetTopics,
    });
  }

  /** Opens the data directory and replays the metadata. Nobody is served yet. */
  static async open(env: Env, { dataDir, config }: BrokerNodeOptions): Promise<BrokerNode> {
    const directories = [dataDir];
    const nodeId = config.number("node.id");
    const failure = new Failure();
    const lastCleanEpoch = cleanShutdownEpoch(env.disk, directories);
    // One for all: what a topic says itself is known only once the metadata is.
    const defaults = logConfigOf(new Map(), config);
    const logs = await LogStore.open(env, {
      directories,
      nodeId,
      clusterId: null,
      configFor: (topic) => (topic === METADATA_TOPIC ? metadataLogConfig(config) : defaults),
      limits: storeLimits(config),
    });
    try {
      const { log, directoryId } = await openMetadataLog(env, logs, { config, nodeId, endpoints: [] });
      const controller = await Controller.start({
        env,
        config,
        nodeId,
        directoryId,
        log,
        deleteRecordsBefore: (offset) => log.deleteRecordsBefore(offset),
        endpoints: [],
        onFailure: (error) => failure.raise(error),
      });
      const partitions = new Partitions(env.clock, config.number("millrace.metrics.topics.max"));
      return new BrokerNode({ env, config, logs, controller, partitions, lastCleanEpoch, failure });
    } catch (error) {
      await logs.close();
      throw error;
    }
  }

  /** Resolves with the reason when the node can't go on. */
  get failed(): Promise<Error> {
    return this.failure.promise;
  }

  /** Takes over its partitions, registers under these endpoints and lets itself be unfenced. */
  async serve(listeners: readonly (SocketAddress & { readonly name: string })[]): Promise<void> {
    this.advertised = advertisedEndpoints(this.config, listeners);
    this.brokerEpoch = await this.controller.registerBroker({
      endpoints: this.advertised.map(({ name, host, port }): BrokerEndpoint => {
        return { name, host, port, securityProtocol: 0 };
      }),
      rack: this.config.text("broker.rack"),
      logDirs: this.logs.directories.map(({ directoryId }) => directoryId),
      cleanShutdownEpoch: this.lastCleanEpoch,
    });
    // Only now: registration takes away the leaderships of the last incarnation, and unfencing gives them anew.
    this.hosting.start();
    this.controller.onChange((change) => this.hosting.apply(change));
    await this.controller.unfenceBroker();
    this.isServing = true;
  }

  advertisedAddress(nodeId: number, dialled: SocketAddress): SocketAddress {
    const own = this.advertised.find(({ isConfigured }) => isConfigured);
    if (nodeId === this.nodeId) return own ?? dialled;
    return this.cluster.brokers.get(nodeId)?.endpoints[0] ?? dialled;
  }

  fail(error: Error): never {
    this.failure.raise(error);
    throw error;
  }

  /** Gives up leadership while connections are still open, so that clients hear of it. */
  async prepareStop(): Promise<void> {
    if (!this.isServing || this.failure.isRaised) return;
    try {
      this.brokerEpoch = await this.controller.shutDownBroker();
    } catch (error) {
      // A disk that has no room for the record must not keep the broker from stopping; the next start tells.
      if (!(error instanceof StorageError)) throw error;
      this.env.log.warn("Stopping without saying so in the metadata", { error: error.message });
    }
  }

  async close(): Promise<void> {
    await this.endWork();
    await this.logs.close({ brokerEpoch: this.brokerEpoch });
  }

  /** Ends without another word to the disk. */
  async abandon(): Promise<void> {
    await this.endWork();
    await this.logs.abandon();
  }

  private async endWork(): Promise<void> {
    this.hosting.close();
    this.groups.close();
    this.partitions.close();
    if (!this.failure.isRaised) await this.controller.close();
  }
}

/** The first reason for which a node can't go on. */
class Failure {
  readonly promise: Promise<Error>;
  isRaised = false;
  private resolve!: (error: Error) => void;

  constructor() {
    this.promise = new Promise((resolve) => (this.resolve = resolve));
  }

  raise(error: Error): void {
    this.isRaised = true;
    this.resolve(error);
  }
}
