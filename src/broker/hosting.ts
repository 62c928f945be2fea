import type { ClusterChange } from "../core/cluster/cluster-change.ts";
import type { ClusterImage } from "../core/cluster/cluster-image.ts";
import { ALL_BROKERS, RESOURCE_TYPE } from "../core/cluster/config-resource.ts";
import type { BrokerConfig } from "../core/cluster/config/broker-config.ts";
import { logConfigOf } from "../core/cluster/config/topic-config.ts";
import type { PartitionImage, TopicImage } from "../core/cluster/partition-image.ts";
import type { LogStore } from "./log/log-store.ts";
import { Partition } from "./partition.ts";
import type { Partitions } from "./partitions.ts";

export interface HostingOptions {
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
    const { nodeId, logs, partitions, onLeadership } = this.options;
    if (!image.replicas.includes(nodeId) || partitions.get(topic.name, image.index) !== undefined) return;
    const config = this.logConfig(topic.name);
    const log = logs.create({ topic: topic.name, topicId: topic.id, partition: image.index, config });
    const partition = new Partition({
      nodeId,
      topic: topic.name,
      topicId: topic.id,
      index: image.index,
      log,
      state: image,
    });
    partitions.add(partition);
    onLeadership(partition);
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
    config.override({
      own: image.config({ type: RESOURCE_TYPE.broker, name: String(nodeId) }),
      cluster: image.config({ type: RESOURCE_TYPE.broker, name: ALL_BROKERS }),
    });
  }

  private logConfig(topic: string) {
    return logConfigOf(this.options.image.topicConfig(topic), this.options.config);
  }
}
