import type { SocketAddress } from "../ports/network.ts";
import { errorName } from "../tables/errors.ts";
import { Metadata } from "../wire/kafka/messages/03-metadata.ts";
import { FindCoordinator } from "../wire/kafka/messages/10-find-coordinator.ts";
import type { Message, RequestInput, ResponseOf } from "../wire/kafka/schema.ts";
import { ClientError, KafkaError } from "./client-error.ts";
import {
  clusterMetadataFrom,
  type BrokerInfo,
  type ClusterMetadata,
  type PartitionInfo,
  type TopicInfo,
} from "./cluster-metadata.ts";
import { KafkaConnection, type ClientEnv, type RequestOptions } from "./kafka-connection.ts";
import { retrying, type RetryPolicy } from "./retry.ts";

export interface ClusterClientOptions {
  readonly bootstrapServers: readonly SocketAddress[];
  readonly clientId: string;
  /** Milliseconds for one request. */
  readonly requestTimeoutMs: number;
  /** Milliseconds for one call with all its retries. */
  readonly apiTimeoutMs: number;
  readonly retryBackoffMs: number;
  readonly retryBackoffMaxMs: number;
  /** Milliseconds that metadata of a topic is used without asking again. */
  readonly metadataMaxAgeMs: number;
}

export const CLUSTER_CLIENT_DEFAULTS: Omit<ClusterClientOptions, "bootstrapServers"> = {
  clientId: "millrace",
  requestTimeoutMs: 30_000,
  apiTimeoutMs: 60_000,
  retryBackoffMs: 100,
  retryBackoffMaxMs: 1_000,
  metadataMaxAgeMs: 300_000,
};

/** Who a request is for. */
export type Route =
  | { readonly to: "any" }
  | { readonly to: "controller" }
  | { readonly to: "node"; readonly nodeId: number }
  | { readonly to: "group"; readonly groupId: string };

interface CachedTopic {
  readonly topic: TopicInfo;
  readonly readMs: number;
}

const KEY_TYPE_GROUP = 0;

/**
 * The client's view of a cluster: one connection per broker, opened when first used; the leader of each
 * partition and the coordinator of each group, asked for when unknown and forgotten when they prove stale.
 */
export class ClusterClient {
  readonly env: ClientEnv;
  readonly options: ClusterClientOptions;
  private readonly connections = new Map<string, Promise<KafkaConnection>>(); // By host:port and lane.
  private readonly topics = new Map<string, CachedTopic>();
  private readonly asking = new Map<string, Promise<TopicInfo>>();
  private readonly coordinators = new Map<string, number>();
  private brokers: ReadonlyMap<number, BrokerInfo> = new Map();
  private controllerId = -1;
  private isClosed = false;

  constructor(
    env: ClientEnv,
    options: Pick<ClusterClientOptions, "bootstrapServers"> & Partial<ClusterClientOptions>,
  ) {
    this.env = env;
    this.options = { ...CLUSTER_CLIENT_DEFAULTS, ...options };
  }

  get retryPolicy(): RetryPolicy {
    const { apiTimeoutMs, retryBackoffMs, retryBackoffMaxMs } = this.options;
    return { deadlineMs: apiTimeoutMs, backoffMs: retryBackoffMs, backoffMsMax: retryBackoffMaxMs };
  }

  /** Sends one request, once, to where it belongs. */
  async requestOnce<M extends Message>(
    route: Route,
    api: M,
    ...[body, options]: [RequestInput<M>, RequestOptions?]
  ): Promise<ResponseOf<M>> {
    const connection = await this.connectionFor(route, options?.lane);
    return await connection.request(api, body, options);
  }

  /** Sends a request that is never answered: Produce with acks=0. */
  async sendOnly<M extends Message>(
    route: Route,
    api: M,
    ...[body, options]: [RequestInput<M>, RequestOptions?]
  ): Promise<void> {
    const connection = await this.connectionFor(route, options?.lane);
    connection.sendOnly(api, body, options);
  }

  /**
   * Sends a request until `check` finds no retriable error in its answer, within `apiTimeoutMs`.
   * `check` throws KafkaError for an answer that is an error.
   */
  async request<M extends Message>(
    route: Route,
    api: M,
    ...[body, check]: [RequestInput<M>, (response: ResponseOf<M>) => void]
  ): Promise<ResponseOf<M>> {
    return await this.retrying(
      async () => {
        const response = await this.requestOnce(route, api, body);
        check(response);
        return response;
      },
      () => this.forget(route),
    );
  }

  async retrying<T>(attempt: () => Promise<T>, beforeRetry: () => void = () => {}): Promise<T> {
    return await retrying(this.env, this.retryPolicy, attempt, beforeRetry);
  }

  private forget(route: Route): void {
    if (route.to === "controller") this.controllerId = -1;
    if (route.to === "group") this.coordinators.delete(route.groupId);
  }

  private async connectionFor(route: Route, lane?: string): Promise<KafkaConnection> {
    switch (route.to) {
      case "any":
        return await this.anyConnection();
      case "node":
        return await this.nodeConnection(route.nodeId, lane);
      case "controller": {
        if (!this.brokers.has(this.controllerId)) await this.fetchMetadata([]);
        return await this.nodeConnection(this.controllerId, lane);
      }
      case "group":
        return await this.nodeConnection(await this.coordinatorOf(route.groupId), lane);
    }
  }

  /** A broker that answers: one that is connected, else each known address in turn. */
  private async anyConnection(): Promise<KafkaConnection> {
    const addresses = [...this.brokers.values(), ...this.options.bootstrapServers];
    const known = addresses.filter((address) => this.connections.has(nameOf(address)));
    let failure: unknown = null;
    for (const address of [...known, ...addresses]) {
      try {
        return await this.connectionTo(address);
      } catch (error) {
        failure = error; // The next address may answer; the last failure is the caller's.
      }
    }
    if (failure instanceof Error) throw failure;
    throw new ClientError("invalid", "There is no bootstrap server to connect to");
  }

  private async nodeConnection(nodeId: number, lane?: string): Promise<KafkaConnection> {
    if (!this.brokers.has(nodeId)) await this.fetchMetadata([]);
    const broker = this.brokers.get(nodeId);
    if (broker === undefined) throw new KafkaError(`reach broker ${nodeId}`, "LEADER_NOT_AVAILABLE");
    return await this.connectionTo(broker, lane);
  }

  private async connectionTo(address: SocketAddress, lane = ""): Promise<KafkaConnection> {
    if (this.isClosed) throw new ClientError("ended", "The client is closed");
    const name = nameOf(address, lane);
    const existing = this.connections.get(name);
    if (existing !== undefined && (await existing).isOpen) return await existing;
    const opening = KafkaConnection.open(this.env, address, this.options);
    this.connections.set(name, opening);
    try {
      return await opening;
    } catch (error) {
      if (this.connections.get(name) === opening) this.connections.delete(name);
      throw error;
    }
  }

  /** Asks for topics by name (null: all of them) and remembers what the answer says. One try. */
  async fetchMetadata(
    names: readonly string[] | null,
    options: { allowAutoTopicCreation?: boolean } = {},
  ): Promise<ClusterMetadata> {
    const connection = await this.anyConnection();
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
  async metadata(names: readonly string[] | null): Promise<ClusterMetadata> {
    return await this.retrying(async () => await this.fetchMetadata(names));
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

  private async coordinatorOf(groupId: string): Promise<number> {
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

  /** Forgets who coordinates the group, after NOT_COORDINATOR or a lost connection. */
  forgetCoordinator(groupId: string): void {
    this.coordinators.delete(groupId);
  }

  /** Closes the connections of one lane: what waits on them fails. */
  closeLane(lane: string): void {
    for (const [name, opening] of this.connections) {
      if (!name.endsWith(laneSuffix(lane))) continue;
      this.connections.delete(name);
      // One that is still being made is closed when it is; why one failed, its caller knows.
      opening.then(
        (connection) => connection.close(),
        () => {},
      );
    }
  }

  /** Closes every connection. Calls that wait fail; closing twice is fine. */
  async close(): Promise<void> {
    this.isClosed = true;
    const connections = [...this.connections.values()];
    this.connections.clear();
    for (const settled of await Promise.allSettled(connections)) {
      if (settled.status === "fulfilled") settled.value.close();
    }
  }
}

function nameOf(address: SocketAddress, lane = ""): string {
  return `${address.host}:${address.port}${lane === "" ? "" : laneSuffix(lane)}`;
}

function laneSuffix(lane: string): string {
  return `/${lane}`;
}
