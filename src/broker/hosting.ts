import type { ClusterChange } from "../core/cluster/cluster-change.ts";
import type { ClusterImage } from "../core/cluster/cluster-image.ts";
import type { LogConfig } from "../core/log/log-config.ts";
import { ALL_BROKERS, RESOURCE_TYPE } from "../core/cluster/config-resource.ts";
import type { BrokerConfig } from "../core/cluster/config/broker-config.ts";
import { logConfigOf } from "../core/cluster/config/topic-config.ts";
import type { PartitionImage, TopicImage } from "../core/cluster/partition-image.ts";
import type { Timer } from "../ports/clock.ts";
import type { Env } from "../ports/env.ts";
import type { LogStore } from "./log/log-store.ts";
import type { PartitionLog } from "./log/partition-log.ts";
import { StorageError } from "./log/storage-error.ts";
import { Partition } from "./partition.ts";
import type { Partitions } from "./partitions.ts";

/** How long a partition waits that found no log directory to take it. */
const RETRY_MS = 1000;

export interface HostingOptions {
  readonly env: Pick<Env, "clock" | "log">;
  readonly nodeId: number;
  readonly config: BrokerConfig;
  readonly image: ClusterImage;
  readonly logs: LogStore;
  readonly partitions: Partitions;
  /** A partition that this broker leads has come, or its leadership has gone. */
  readonly onLeadership: (partition: Partition) => void;
  readonly onTopicsDeleted: (topics: readonly TopicImage[]) => void;
}

/**
 * Makes this broker's logs and partitions follow the cluster metadata: the one place where a committed change
 * becomes directories, leaders and settings. Runs for the whole image at start-up and for each change since.
 */
export class Hosting {
  private readonly options: HostingOptions;
  private retry: Timer | null = null;
  /** Shared by all topics that set nothing themselves; null when it must be made anew. */
  private defaults: LogConfig | null = null;

  constructor(options: HostingOptions) {
    this.options = options;
  }

  /** Takes over everything that the image says this broker has. */
  start(): void {
    this.overrideBrokerConfig();
    for (const topic of this.options.image.topics.values()) this.hostTopic(topic);
  }

  apply(change: ClusterChange): void {
    if (change.changedConfigs.size > 0) this.followConfigs(change);
    if (change.deletedTopics.length > 0) this.dropTopics(change.deletedTopics);
    for (const topic of change.createdTopics) this.hostTopic(topic);
    for (const { topic, partition } of change.addedPartitions) this.hostPartition(topic, partition);
    for (const { topic, partition } of change.changedPartitions) this.followPartition(topic, partition);
  }

  private hostTopic(topic: TopicImage): void {
    // It may have been deleted again by the same change.
    if (this.options.image.topicsById.get(topic.id) !== topic) return;
    for (const partition of topic.partitions) this.hostPartition(topic, partition);
  }

  private hostPartition(topic: TopicImage, image: PartitionImage): void {
    const { nodeId, partitions, onLeadership } = this.options;
    if (!image.replicas.includes(nodeId) || partitions.get(topic.name, image.index) !== undefined) return;
    const config = this.logConfig(topic.name);
    const log = this.createLog(topic, image, config);
    if (log === null) return;
    const partition = new Partition({
      nodeId,
      topic: topic.name,
      topicId: topic.id,
      index: image.index,
      log,
      state: image,
      traffic: partitions.traffic.begin(topic.name),
    });
    partitions.add(partition);
    onLeadership(partition);
  }

  /** Null when no directory takes a log now, above all because the disk is full; it is tried again. */
  private createLog(topic: TopicImage, image: PartitionImage, config: LogConfig): PartitionLog | null {
    const { logs, env } = this.options;
    try {
      return logs.create({ topic: topic.name, topicId: topic.id, partition: image.index, config });
    } catch (error) {
      // The metadata is committed, so the partition is ours whether or not there is room for it yet.
      if (!(error instanceof StorageError)) throw error;
      if (this.retry === null) {
        env.log.error("Found no log directory for a partition", { topic: topic.name, error: error.message });
        this.retry = env.clock.schedule(RETRY_MS, () => this.hostMissing());
      }
      return null;
    }
  }

  private hostMissing(): void {
    this.retry = null;
    for (const topic of this.options.image.topics.values()) this.hostTopic(topic);
  }

  close(): void {
    this.retry?.cancel();
  }

  private followPartition(topic: TopicImage, image: PartitionImage): void {
    const partition = this.options.partitions.get(topic.name, image.index);
    if (partition === undefined) {
      this.hostPartition(topic, image);
      return;
    }
    const wasLeader = partition.isLeader;
    partition.update(image);
    if (wasLeader !== partition.isLeader) this.options.onLeadership(partition);
  }

  private dropTopics(topics: readonly TopicImage[]): void {
    const { logs, partitions, onTopicsDeleted } = this.options;
    for (const topic of topics) {
      for (const partition of partitions.removeTopic(topic.name))
        logs.delete(partition.topic, partition.index);
    }
    onTopicsDeleted(topics);
  }

  private followConfigs(change: ClusterChange): void {
    const resources = [...change.changedConfigs.values()];
    if (resources.some(({ type }) => type === RESOURCE_TYPE.broker)) {
      this.overrideBrokerConfig();
      // Topics that say nothing themselves follow the broker's values.
      for (const partition of this.options.partitions.all()) this.reconfigure(partition);
      return;
    }
    for (const { type, name } of resources) {
      if (type !== RESOURCE_TYPE.topic) continue;
      for (const partition of this.options.partitions.ofTopic(name)) this.reconfigure(partition);
    }
  }

  private reconfigure(partition: Partition): void {
    partition.log.updateConfig(this.logConfig(partition.topic));
  }

  private overrideBrokerConfig(): void {
    const { config, image, nodeId } = this.options;
    this.defaults = null;
    config.override({
      own: image.config({ type: RESOURCE_TYPE.broker, name: String(nodeId) }),
      cluster: image.config({ type: RESOURCE_TYPE.broker, name: ALL_BROKERS }),
    });
  }

  private logConfig(topic: string): LogConfig {
    const overrides = this.options.image.topicConfig(topic);
    if (overrides.size > 0) return logConfigOf(overrides, this.options.config);
    return (this.defaults ??= logConfigOf(overrides, this.options.config));
  }
}
