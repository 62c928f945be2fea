import type { SocketAddress } from "../../ports/network.ts";
import { errorName } from "../../tables/errors.ts";
import { Metadata } from "../../wire/kafka/messages/03-metadata.ts";
import { FindCoordinator } from "../../wire/kafka/messages/10-find-coordinator.ts";
import type { Message, RequestInput, ResponseOf } from "../../wire/kafka/schema.ts";
import { KafkaError } from "../client-error.ts";
import { newClientMetrics, type ClientMetrics } from "./client-metrics.ts";
import {
  clusterMetadataFrom,
  type BrokerInfo,
  type ClusterMetadata,
  type PartitionInfo,
  type TopicInfo,
} from "./cluster-metadata.ts";
import {
  checkBounds,
  CONNECTION_DEFAULTS,
  type ClientEnv,
  type RequestOptions,
} from "./connection-options.ts";
import { ConnectionPool, nameOf, type ConnectionPoolOptions } from "./connection-pool.ts";
import { publish } from "../diagnostics.ts";
import type { KafkaConnection } from "./kafka-connection.ts";
import { retrying, type RetryPolicy } from "./retry.ts";
import { unreachable, type Unreached } from "./unreachable.ts";

export interface ClusterClientOptions extends ConnectionPoolOptions {
  readonly bootstrapServers: readonly SocketAddress[];
  /** For one call with all its retries [default.api.timeout.ms]. */
  readonly apiTimeoutMs: number;
  /** Before a failed request is sent again; doubled each time, with 20 % of jitter. */
  readonly retryBackoffMs: number;
  /** The most that this grows to. */
  readonly retryBackoffMaxMs: number;
  /** How long the metadata of a topic are used without asking again [metadata.max.age.ms]. */
  readonly metadataMaxAgeMs: number;
}

export const CLUSTER_CLIENT_DEFAULTS: Omit<ClusterClientOptions, "bootstrapServers"> = {
  ...CONNECTION_DEFAULTS,
  apiTimeoutMs: 60_000,
  retryBackoffMs: 100,
  retryBackoffMaxMs: 1_000,
  reconnectBackoffMs: 50,
  reconnectBackoffMaxMs: 1_000,
  metadataMaxAgeMs: 300_000,
};

/** Who a request is for. */
export type Route =
  | { readonly to: "any" }
  | { readonly to: "controller" }
  | { readonly to: "node"; readonly nodeId: number }
  | { readonly to: "group"; readonly groupId: string };

export interface RoutedRequestOptions extends RequestOptions {
  /**
   * Requests of one lane share a connection to each broker. A broker answers in order, so what it holds back (a long
   * poll, a rebalance) delays all behind it: whoever sends such requests has a lane of its own.
   */
  readonly lane?: string;
}

/** Bounds of one call with all its tries. */
export interface CallOptions {
  /** Milliseconds; `apiTimeoutMs` when absent. */
  readonly timeoutMs?: number;
  /** Ends the call: it rejects with the signal's reason. What was sent may still be carried out. */
  readonly signal?: AbortSignal;
}

interface CachedTopic {
  readonly topic: TopicInfo;
  readonly readMs: number;
}

const KEY_TYPE_GROUP = 0;
const NO_OPTIONS: RoutedRequestOptions = {};
/** Of requests that a broker answers at once. */
export const MAIN_LANE = "main";

/**
 * The client's view of a cluster: connections to its brokers, opened when first used; the leader of each partition and
 * the coordinator of each group, asked for when unknown and forgotten when they prove stale.
 */
export class ClusterClient {
  readonly env: ClientEnv;
  readonly options: ClusterClientOptions;
  /** Counted from the start; read it whenever you like. */
  readonly metrics: Readonly<ClientMetrics>;
  private readonly counters: ClientMetrics;
  private readonly pool: ConnectionPool;
  private readonly topics = new Map<string, CachedTopic>();
  private readonly asking = new Map<string, Promise<TopicInfo>>();
  private readonly coordinators = new Map<string, number>();
  private brokers: ReadonlyMap<number, BrokerInfo> = new Map();
  private refreshing: Promise<unknown> | null = null;
  private controllerId = -1;

  /** @throws ClientError `invalid` for a time or bound that cannot be. */
  constructor(
    env: ClientEnv,
    options: Pick<ClusterClientOptions, "bootstrapServers"> & Partial<ClusterClientOptions>,
  ) {
    this.env = env;
    // What a producer or consumer was given may hold its own options too.
    const given = Object.entries(options).filter(
      ([name, value]) => name in CLUSTER_CLIENT_DEFAULTS && value !== undefined,
    );
    const settings = { ...CLUSTER_CLIENT_DEFAULTS, ...Object.fromEntries(given) };
    checkBounds(settings);
    this.options = { ...settings, bootstrapServers: options.bootstrapServers };
    this.counters = newClientMetrics();
    this.metrics = this.counters;
    this.pool = new ConnectionPool(env, this.options, this.counters);
  }

  get retryPolicy(): RetryPolicy {
    const { apiTimeoutMs, retryBackoffMs, retryBackoffMaxMs } = this.options;
    return { deadlineMs: apiTimeoutMs, backoffMs: retryBackoffMs, backoffMsMax: retryBackoffMaxMs };
  }

  /** Sends one request, once, to where it belongs. */
  requestOnce<M extends Message>(
    route: Route,
    api: M,
    ...[body, options = NO_OPTIONS]: [RequestInput<M>, RoutedRequestOptions?]
  ): Promise<ResponseOf<M>> {
    return this.over(route, options, (connection) => connection.request(api, body, options));
  }

  /** Sends a request that is never answered: Produce with acks=0. Resolves when its bytes have left. */
  sendOnly<M extends Message>(
    route: Route,
    api: M,
    ...[body, options = NO_OPTIONS]: [RequestInput<M>, RoutedRequestOptions?]
  ): Promise<void> {
    return this.over(route, options, (connection) => connection.sendOnly(api, body, options));
  }

  /** Uses the connection that leads there: at once when it is open, as for nearly all requests it is. */
  private over<T>(
    route: Route,
    { lane = MAIN_LANE }: RoutedRequestOptions,
    use: (connection: KafkaConnection) => Promise<T>,
  ): Promise<T> {
    const open = this.openConnection(route, lane);
    return open === null ? this.connectionFor(route, lane).then(use) : use(open);
  }

  /**
   * Sends a request until `check` finds no retriable error in its answer, within `apiTimeoutMs`.
   * `check` throws KafkaError for an answer that is an error.
   */
  async request<M extends Message>(
    route: Route,
    api: M,
    ...[body, check, options = {}]: [
      RequestInput<M>,
      (response: ResponseOf<M>) => void,
      (RoutedRequestOptions & CallOptions)?,
    ]
  ): Promise<ResponseOf<M>> {
    return await this.retrying(
      async () => {
        const response = await this.requestOnce(route, api, body, options);
        check(response);
        return response;
      },
      () => this.forget(route),
      options,
    );
  }

  /** Calls `attempt` until it succeeds or fails for good, within the call's time. */
  async retrying<T>(
    attempt: () => Promise<T>,
    beforeRetry: (error: Error) => void = () => {},
    { timeoutMs, signal }: CallOptions = {},
  ): Promise<T> {
    const policy = this.retryPolicy;
    const { whenClosed } = this.pool;
    const settings = {
      ...policy,
      deadlineMs: timeoutMs ?? policy.deadlineMs,
      signals: signal === undefined ? [whenClosed] : [whenClosed, signal],
      beforeRetry: (error: Error, failures: number, waitMs: number) => {
        this.noteRetry(error, failures, waitMs);
        beforeRetry(error);
      },
    };
    return await retrying(this.env, settings, attempt);
  }

  /** Counts and publishes that something is tried again; for those who retry in a way of their own. */
  noteRetry(error: Error, failures: number, waitMs: number): void {
    this.counters.retries += 1;
    publish("retry", () => ({ clientId: this.options.clientId, error, failures, waitMs }));
  }

  private forget(route: Route): void {
    if (route.to === "controller") this.forgetController();
    if (route.to === "group") this.forgetCoordinator(route.groupId);
  }

  /** What most requests find: the way to a node that was used before. Null sends them the long way. */
  private openConnection(route: Route, lane: string): KafkaConnection | null {
    if (route.to !== "node") return null;
    const address = this.brokers.get(route.nodeId);
    return address === undefined ? null : this.pool.openConnection(address, lane);
  }

  private async connectionFor(route: Route, lane: string): Promise<KafkaConnection> {
    switch (route.to) {
      case "any":
        return await this.anyConnection(lane);
      case "node":
        return await this.nodeConnection(route.nodeId, lane);
      case "controller": {
        if (!this.brokers.has(this.controllerId)) await this.refreshBrokers();
        return await this.nodeConnection(this.controllerId, lane);
      }
      case "group":
        return await this.nodeConnection(await this.coordinatorOf(route.groupId), lane);
    }
  }

  /**
   * A broker that answers: one that is connected, else each known address in turn, from a random one on, those that
   * could not be reached lately last.
   */
  private async anyConnection(lane = MAIN_LANE): Promise<KafkaConnection> {
    const everyone = [...this.brokers.values(), ...this.options.bootstrapServers];
    const addresses = [...new Map(everyone.map((address) => [nameOf(address), address])).values()];
    const first = addresses.findIndex((address) => this.pool.has(address, lane));
    const start = first >= 0 ? first : this.env.random.below(Math.max(1, addresses.length));
    const unreached: Unreached[] = [];
    const turns = [...addresses.slice(start), ...addresses.slice(0, start)];
    for (const address of turns.toSorted((a, b) => this.pool.waitMs(a) - this.pool.waitMs(b))) {
      try {
        return await this.pool.connection(address, lane);
      } catch (error) {
        this.pool.whenClosed.throwIfAborted();
        unreached.push({ address, error }); // The next one may answer.
      }
    }
    throw unreachable(unreached);
  }

  private async nodeConnection(nodeId: number, lane: string): Promise<KafkaConnection> {
    if (!this.brokers.has(nodeId)) await this.refreshBrokers();
    const address = this.brokers.get(nodeId);
    if (address === undefined) throw new KafkaError(`reach broker ${nodeId}`, "LEADER_NOT_AVAILABLE");
    try {
      return await this.pool.connection(address, lane);
    } catch (error) {
      this.pool.whenClosed.throwIfAborted();
      // It may have moved to another address: the next use asks.
      this.forgetBroker(nodeId, address);
      throw unreachable([{ address, error }]);
    }
  }

  private forgetBroker(nodeId: number, address: BrokerInfo): void {
    if (this.brokers.get(nodeId) !== address) return;
    this.brokers = new Map([...this.brokers].filter(([id]) => id !== nodeId));
  }

  /** Those who ask at the same time share one request. */
  private async refreshBrokers(): Promise<void> {
    this.refreshing ??= this.fetchMetadata([]).finally(() => (this.refreshing = null));
    await this.refreshing;
  }

  /** Asks for topics by name (null: all of them) and remembers what the answer says. One try. */
  async fetchMetadata(
    names: readonly string[] | null,
    options: { allowAutoTopicCreation?: boolean } = {},
  ): Promise<ClusterMetadata> {
    const connection = await this.anyConnection();
    this.counters.metadataRequests += 1;
    const response = await connection.request(Metadata, {
      topics: names === null ? null : names.map((name) => ({ name })),
      allowAutoTopicCreation: options.allowAutoTopicCreation ?? false,
      includeClusterAuthorizedOperations: false,
      includeTopicAuthorizedOperations: false,
    });
    const metadata = clusterMetadataFrom(response);
    this.brokers = metadata.brokers;
    this.controllerId = metadata.controllerId;
    const readMs = this.env.clock.monotonic();
    for (const topic of metadata.topics.values()) {
      if (topic.error === "NONE") this.topics.set(topic.name, { topic, readMs });
      else this.topics.delete(topic.name);
    }
    return metadata;
  }

  /** As `fetchMetadata`, again until a broker answers or `apiTimeoutMs` is over. */
  async metadata(names: readonly string[] | null, options?: CallOptions): Promise<ClusterMetadata> {
    return await this.retrying(async () => await this.fetchMetadata(names), undefined, options);
  }

  /** A topic's partitions as far as they are known and fresh; asks nobody. */
  knownTopic(name: string): TopicInfo | null {
    const cached = this.topics.get(name);
    if (cached === undefined) return null;
    const isFresh = this.env.clock.monotonic() - cached.readMs < this.options.metadataMaxAgeMs;
    return isFresh ? cached.topic : null;
  }

  /**
   * A topic's partitions, from memory while fresh. Those who ask at the same time share one request.
   * @throws KafkaError when the cluster does not have it; retriable, since it may be about to.
   */
  async topic(name: string, options: { allowAutoTopicCreation?: boolean } = {}): Promise<TopicInfo> {
    const known = this.knownTopic(name);
    if (known !== null) return known;
    const running = this.asking.get(name);
    if (running !== undefined) return await running;
    const asking = this.askTopic(name, options).finally(() => this.asking.delete(name));
    this.asking.set(name, asking);
    return await asking;
  }

  private async askTopic(name: string, options: { allowAutoTopicCreation?: boolean }): Promise<TopicInfo> {
    const topic = (await this.fetchMetadata([name], options)).topics.get(name);
    if (topic === undefined) throw new KafkaError(`find topic "${name}"`, "UNKNOWN_TOPIC_OR_PARTITION");
    if (topic.error !== "NONE") throw new KafkaError(`find topic "${name}"`, topic.error);
    return topic;
  }

  /** @throws KafkaError while the partition is unknown or has no leader; both are retriable. */
  async leaderOf(topicName: string, partition: number): Promise<PartitionInfo> {
    const topic = await this.topic(topicName);
    const info = topic.partitions.find((candidate) => candidate.partition === partition);
    const action = `find the leader of ${topicName}-${partition}`;
    if (info === undefined) throw new KafkaError(action, "UNKNOWN_TOPIC_OR_PARTITION");
    if (info.leaderId >= 0) return info;
    this.forgetTopic(topicName);
    throw new KafkaError(action, "LEADER_NOT_AVAILABLE");
  }

  /** The next use asks the cluster again: a leader has moved. */
  forgetTopic(name: string): void {
    this.topics.delete(name);
  }

  /**
   * The node that coordinates the group, asked for when it is not known.
   * @throws KafkaError COORDINATOR_NOT_AVAILABLE and the like, retriable; GROUP_AUTHORIZATION_FAILED, which is not.
   */
  async coordinatorOf(groupId: string): Promise<number> {
    const known = this.coordinators.get(groupId);
    if (known !== undefined) return known;
    const connection = await this.anyConnection();
    const response = await connection.request(FindCoordinator, {
      key: groupId,
      keyType: KEY_TYPE_GROUP,
      coordinatorKeys: [groupId],
    });
    // Versions below 4 answer for one key, in the response itself.
    const found = response.coordinators[0] ?? response;
    const action = `find the coordinator of group "${groupId}"`;
    if (found.errorCode !== 0) throw new KafkaError(action, errorName(found.errorCode), found.errorMessage);
    this.coordinators.set(groupId, found.nodeId);
    return found.nodeId;
  }

  /** Forgets who the controller is, after NOT_CONTROLLER or a lost connection. */
  forgetController(): void {
    this.controllerId = -1;
  }

  /** Forgets who coordinates the group, after NOT_COORDINATOR or a lost connection. */
  forgetCoordinator(groupId: string): void {
    this.coordinators.delete(groupId);
  }

  /** Closes the connections of one lane: what waits on them fails. */
  closeLane(lane: string): void {
    this.pool.closeLane(lane);
  }

  /** Closes every connection. Calls that wait fail; closing twice is fine. */
  async close(): Promise<void> {
    await this.pool.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
