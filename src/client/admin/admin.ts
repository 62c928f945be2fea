import {
  describeCluster,
  describeLogDirs,
  electLeaders,
  type ClusterDescription,
  type ElectionType,
  type LogDirectoryInfo,
} from "./admin-cluster.ts";
import {
  alterConfigs,
  describeConfigs,
  type ConfigChanges,
  type ConfigEntry,
  type ConfigResource,
} from "./admin-configs.ts";
import {
  commitOffsets,
  committedOffsets,
  deleteGroupOffsets,
  groupOffsets,
  resolveReset,
  type CommittedOffset,
  type GroupOffset,
  type ResetTo,
} from "./admin-group-offsets.ts";
import {
  deleteGroups,
  describeGroups,
  listGroups,
  type GroupDescription,
  type GroupSummary,
  type ListGroupsOptions,
} from "./admin-groups.ts";
import { findOffsets, type FoundOffset, type ListOffsetsOptions, type OffsetSpec } from "./admin-offsets.ts";
import {
  createPartitions,
  createTopics,
  deleteRecords,
  deleteTopics,
  describeTopics,
  listTopics,
  type ChangeOptions,
  type CreatedTopic,
  type DeletedRecords,
  type MorePartitions,
  type NewTopic,
  type RecordsBefore,
} from "./admin-topics.ts";
import type { CallOptions, ClusterClient } from "../network/cluster-client.ts";
import type { TopicInfo } from "../network/cluster-metadata.ts";
import { clusterClientOf, type ConnectionOptions } from "../connect.ts";
import type { TopicPartition } from "../topic-partition.ts";

/**
 * Looks at a cluster and changes it. Calls that take a list do all of it in one request to each broker that is
 * concerned, and again what failed in a way that may pass; what they return is in the order of the list. When one thing
 * was asked for, its KafkaError is thrown; when several were and some failed, a BatchError with all their errors: the
 * others are done.
 *
 * @example
 * const admin = new Admin({ bootstrapServers: "127.0.0.1:9092" });
 * await admin.createTopics([{ name: "orders", partitions: 3 }]);
 * await admin.close();
 */
export class Admin {
  /** The connections; its `metrics` count what was asked. */
  readonly client: ClusterClient;
  private readonly isOwned: boolean;

  constructor(options: ConnectionOptions) {
    const { client, isOwned } = clusterClientOf(options);
    this.client = client;
    this.isOwned = isOwned;
  }

  /** A name alone gives a topic with the broker's defaults. @throws KafkaError | BatchError TOPIC_ALREADY_EXISTS … */
  async createTopics(
    topics: readonly (string | NewTopic)[],
    options?: ChangeOptions,
  ): Promise<CreatedTopic[]> {
    const wanted = topics.map((topic) => (typeof topic === "string" ? { name: topic } : topic));
    return await createTopics(this.client, wanted, options);
  }

  /** @throws KafkaError | BatchError UNKNOWN_TOPIC_OR_PARTITION … */
  async deleteTopics(names: readonly string[], options?: CallOptions): Promise<void> {
    await deleteTopics(this.client, names, options);
  }

  /** All topics, by name; Kafka's own (`__consumer_offsets`) only when asked for. */
  async listTopics(options?: { readonly internal?: boolean } & CallOptions): Promise<TopicInfo[]> {
    return await listTopics(this.client, options);
  }

  /** @throws KafkaError UNKNOWN_TOPIC_OR_PARTITION */
  async describeTopics(names: readonly string[], options?: CallOptions): Promise<TopicInfo[]> {
    return await describeTopics(this.client, names, options);
  }

  /** Adds partitions, up to `count` in all. @throws KafkaError | BatchError INVALID_PARTITIONS … */
  async createPartitions(topics: readonly MorePartitions[], options?: ChangeOptions): Promise<void> {
    await createPartitions(this.client, topics, options);
  }

  /**
   * Deletes the records before an offset (exclusive; -1: all there are).
   * @throws KafkaError | BatchError OFFSET_OUT_OF_RANGE …
   */
  async deleteRecords(cuts: readonly RecordsBefore[], options?: CallOptions): Promise<DeletedRecords[]> {
    return await deleteRecords(this.client, cuts, options);
  }

  /** Looks up offsets, each at the leader of its partition. */
  async listOffsets(specs: readonly OffsetSpec[], options?: ListOffsetsOptions): Promise<FoundOffset[]> {
    return await findOffsets(this.client, specs, options);
  }

  /** Every key of each resource, by name. */
  async describeConfigs(
    resources: readonly ConfigResource[],
    options?: { readonly documentation?: boolean } & CallOptions,
  ): Promise<ConfigEntry[][]> {
    return await describeConfigs(this.client, resources, options);
  }

  /** Changes the keys that are named and no others. @throws KafkaError | BatchError INVALID_CONFIG … */
  async alterConfigs(resources: readonly ConfigChanges[], options?: ChangeOptions): Promise<void> {
    await alterConfigs(this.client, resources, options);
  }

  async listGroups(options?: ListGroupsOptions): Promise<GroupSummary[]> {
    return await listGroups(this.client, options);
  }

  /** State and members; a group that does not exist is "Dead". */
  async describeGroups(groupIds: readonly string[], options?: CallOptions): Promise<GroupDescription[]> {
    return await describeGroups(this.client, groupIds, options);
  }

  /** Deletes groups without members, with their offsets. @throws KafkaError | BatchError NON_EMPTY_GROUP … */
  async deleteGroups(groupIds: readonly string[], options?: CallOptions): Promise<void> {
    await deleteGroups(this.client, groupIds, options);
  }

  /** How far a group is, with its lag, in each partition that it has committed an offset for. */
  async groupOffsets(groupId: string, options?: CallOptions): Promise<GroupOffset[]> {
    return await groupOffsets(this.client, groupId, options);
  }

  /**
   * Sets what a group has committed. The group must have no members.
   * @throws KafkaError UNKNOWN_MEMBER_ID while it has some.
   */
  async alterGroupOffsets(
    groupId: string,
    offsets: readonly CommittedOffset[],
    options?: CallOptions,
  ): Promise<void> {
    await commitOffsets(this.client, { groupId }, offsets, options);
  }

  /**
   * Moves a group to a place in these partitions (all that it has committed for, when none are named), and returns
   * where that is. The group must have no members.
   */
  async resetGroupOffsets(
    groupId: string,
    to: ResetTo,
    options: { readonly partitions?: readonly TopicPartition[] } & ChangeOptions = {},
  ): Promise<CommittedOffset[]> {
    const partitions = options.partitions ?? (await committedOffsets(this.client, groupId, options));
    const offsets = await resolveReset(this.client, partitions, to, options);
    if (options.validateOnly !== true) await commitOffsets(this.client, { groupId }, offsets, options);
    return offsets;
  }

  /** Forgets what a group has committed. @throws KafkaError | BatchError GROUP_SUBSCRIBED_TO_TOPIC … */
  async deleteGroupOffsets(
    groupId: string,
    partitions: readonly TopicPartition[],
    options?: CallOptions,
  ): Promise<void> {
    await deleteGroupOffsets(this.client, groupId, partitions, options);
  }

  async describeCluster(options?: CallOptions): Promise<ClusterDescription> {
    return await describeCluster(this.client, options);
  }

  /** What brokers (all of them, when none are named) keep in their data directories. */
  async describeLogDirs(nodeIds?: readonly number[], options?: CallOptions): Promise<LogDirectoryInfo[]> {
    const everyone = nodeIds ?? (await this.describeCluster(options)).brokers.map(({ nodeId }) => nodeId);
    return await describeLogDirs(this.client, everyone, options);
  }

  /**
   * Elects leaders: "preferred" the first replica, "unclean" any that is alive, at the cost of what it lacks.
   * @throws KafkaError | BatchError PREFERRED_LEADER_NOT_AVAILABLE, ELIGIBLE_LEADERS_NOT_AVAILABLE …
   */
  async electLeaders(
    type: ElectionType,
    partitions: readonly TopicPartition[],
    options?: CallOptions,
  ): Promise<void> {
    await electLeaders(this.client, type, partitions, options);
  }

  /** Closes the connections, unless they were given. */
  async close(): Promise<void> {
    if (this.isOwned) await this.client.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
