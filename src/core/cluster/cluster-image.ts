import { assert } from "../../base/assert.ts";
import type { Uuid } from "../../base/uuid.ts";
import { applyBrokerChange, brokerImageOf } from "./apply-broker.ts";
import { applyPartitionChange, partitionImageOf } from "./apply-partition.ts";
import type { BrokerImage } from "./broker-image.ts";
import { ClusterChange } from "./cluster-change.ts";
import { resourceKey, RESOURCE_TYPE, type ConfigResource } from "./config-resource.ts";
import { keptKey, removedKey } from "./kept-records.ts";
import type { MetadataRecord, RecordValue } from "./metadata-record.ts";
import type { PartitionImage, TopicImage } from "./partition-image.ts";
import { collisionForm, mayCollide } from "./topic-name.ts";

const NO_CONFIG: ReadonlyMap<string, string> = new Map();

interface MutableTopic extends TopicImage {
  readonly partitions: PartitionImage[];
}

interface ResourceConfig {
  readonly resource: ConfigResource;
  readonly values: Map<string, string>;
}

/**
 * The metadata of the cluster: what the records of `__cluster_metadata` add up to. `apply` is the only writer
 * and costs the size of the change; the same records give the same image, live, at start-up and on a follower.
 */
export class ClusterImage {
  /** By name. */
  readonly topics: ReadonlyMap<string, TopicImage>;
  readonly topicsById: ReadonlyMap<Uuid, TopicImage>;
  readonly brokers: ReadonlyMap<number, BrokerImage>;
  /** Finalized levels; a feature at level 0 is not here. */
  readonly features: ReadonlyMap<string, number>;
  /** Records of features that we do not serve, kept for the snapshot and for whoever serves them, by their key. */
  readonly kept: ReadonlyMap<string, MetadataRecord>;
  private readonly mutableTopics = new Map<string, MutableTopic>();
  private readonly mutableTopicsById = new Map<Uuid, MutableTopic>();
  private readonly mutableBrokers = new Map<number, BrokerImage>();
  private readonly mutableFeatures = new Map<string, number>();
  private readonly mutableKept = new Map<string, MetadataRecord>();
  private readonly configs = new Map<string, ResourceConfig>();
  private readonly collisions = new Map<string, string[]>();
  private partitions = 0;
  private producerId = 0;

  constructor() {
    this.topics = this.mutableTopics;
    this.topicsById = this.mutableTopicsById;
    this.brokers = this.mutableBrokers;
    this.features = this.mutableFeatures;
    this.kept = this.mutableKept;
  }

  get partitionCount(): number {
    return this.partitions;
  }

  /** The first producer id that no broker has been given. */
  get nextProducerId(): number {
    return this.producerId;
  }

  /** 0 before the first FeatureLevelRecord for it. */
  get metadataVersion(): number {
    return this.features.get("metadata.version") ?? 0;
  }

  /** Whether replicas that leave a small ISR stay eligible (KIP-966). */
  get isElrEnabled(): boolean {
    return (this.features.get("eligible.leader.replicas.version") ?? 0) > 0;
  }

  partition(topic: string, index: number): PartitionImage | undefined {
    return this.mutableTopics.get(topic)?.partitions[index];
  }

  /** What was set for the resource, by key. */
  config(resource: ConfigResource): ReadonlyMap<string, string> {
    return this.configs.get(resourceKey(resource))?.values ?? NO_CONFIG;
  }

  topicConfig(name: string): ReadonlyMap<string, string> {
    return this.config({ type: RESOURCE_TYPE.topic, name });
  }

  /** Every resource for which something was set. */
  configuredResources(): ConfigResource[] {
    return [...this.configs.values()].map(({ resource }) => resource);
  }

  /** The topic whose name equals this one when "." and "_" count as equal. */
  collidingTopic(name: string): string | undefined {
    return this.collisions.get(collisionForm(name))?.find((other) => other !== name);
  }

  /** @param change Collects what the record did. */
  apply(record: MetadataRecord, change: ClusterChange = new ClusterChange()): void {
    switch (record.name) {
      case "TopicRecord":
        return this.addTopic(record.value, change);
      case "PartitionRecord":
        return this.addPartition(record.value, change);
      case "PartitionChangeRecord":
        return this.changePartition(record.value, change);
      case "RemoveTopicRecord":
        return this.removeTopic(record.value.topicId, change);
      case "ConfigRecord":
        return this.setConfig(record.value, change);
      case "FeatureLevelRecord":
        return this.setFeature(record.value, change);
      case "ProducerIdsRecord":
        this.producerId = record.value.nextProducerId;
        return;
      case "ClearElrRecord":
        return this.clearElr(record.value.topicName, change);
      case "RegisterBrokerRecord":
        this.mutableBrokers.set(record.value.brokerId, brokerImageOf(record.value));
        change.haveBrokersChanged = true;
        return;
      case "UnregisterBrokerRecord":
        this.mutableBrokers.delete(record.value.brokerId);
        change.haveBrokersChanged = true;
        return;
      case "BrokerRegistrationChangeRecord":
      case "FenceBrokerRecord":
      case "UnfenceBrokerRecord":
        return this.changeBroker(record, change);
      case "AbortTransactionRecord":
      case "AccessControlEntryRecord":
      case "BeginTransactionRecord":
      case "ClientQuotaRecord":
      case "DelegationTokenRecord":
      case "EndTransactionRecord":
      case "NoOpRecord":
      case "RegisterControllerRecord":
      case "RemoveAccessControlEntryRecord":
      case "RemoveDelegationTokenRecord":
      case "RemoveUserScramCredentialRecord":
      case "UserScramCredentialRecord":
      case "ZkMigrationStateRecord":
        return this.keep(record);
    }
  }

  private addTopic({ name, topicId: id }: RecordValue<"TopicRecord">, change: ClusterChange): void {
    const topic: MutableTopic = { name, id, partitions: [] };
    this.mutableTopics.set(name, topic);
    this.mutableTopicsById.set(id, topic);
    if (mayCollide(name)) {
      const form = collisionForm(name);
      this.collisions.set(form, [...(this.collisions.get(form) ?? []), name]);
    }
    change.createdTopics.push(topic);
  }

  private addPartition(value: RecordValue<"PartitionRecord">, change: ClusterChange): void {
    const topic = this.topicOf(value.topicId);
    const partition = partitionImageOf(value);
    if (topic.partitions[partition.index] === undefined) this.partitions += 1;
    topic.partitions[partition.index] = partition;
    // A new topic is in the change with all its partitions; the newest topic is the last one there.
    if (change.createdTopics.at(-1) !== topic && !change.createdTopics.includes(topic)) {
      change.addedPartitions.push({ topic, partition });
    }
  }

  private changePartition(value: RecordValue<"PartitionChangeRecord">, change: ClusterChange): void {
    const topic = this.topicOf(value.topicId);
    const before = topic.partitions[value.partitionId];
    assert(before !== undefined, `partition ${value.partitionId} of ${topic.name} exists before it changes`);
    const partition = applyPartitionChange(before, value);
    topic.partitions[value.partitionId] = partition;
    change.changedPartitions.push({ topic, partition });
  }

  private removeTopic(topicId: Uuid, change: ClusterChange): void {
    const topic = this.topicOf(topicId);
    this.mutableTopics.delete(topic.name);
    this.mutableTopicsById.delete(topicId);
    this.configs.delete(resourceKey({ type: RESOURCE_TYPE.topic, name: topic.name }));
    this.partitions -= topic.partitions.length;
    if (mayCollide(topic.name)) {
      const form = collisionForm(topic.name);
      const others = (this.collisions.get(form) ?? []).filter((name) => name !== topic.name);
      if (others.length > 0) this.collisions.set(form, others);
      else this.collisions.delete(form);
    }
    change.deletedTopics.push(topic);
  }

  private setConfig(record: RecordValue<"ConfigRecord">, change: ClusterChange): void {
    const resource = { type: record.resourceType, name: record.resourceName };
    const key = resourceKey(resource);
    const config = this.configs.get(key) ?? { resource, values: new Map<string, string>() };
    if (record.value === null) config.values.delete(record.name);
    else config.values.set(record.name, record.value);
    if (config.values.size > 0) this.configs.set(key, config);
    else this.configs.delete(key);
    change.changedConfigs.set(key, resource);
  }

  private setFeature(record: RecordValue<"FeatureLevelRecord">, change: ClusterChange): void {
    if (record.featureLevel === 0) this.mutableFeatures.delete(record.name);
    else this.mutableFeatures.set(record.name, record.featureLevel);
    change.haveFeaturesChanged = true;
  }

  private clearElr(topicName: string, change: ClusterChange): void {
    const topics = topicName === "" ? this.mutableTopics.values() : [this.mutableTopics.get(topicName)];
    for (const topic of topics) {
      topic?.partitions.forEach((partition, index) => {
        if (partition.eligibleLeaderReplicas.length + partition.lastKnownElr.length === 0) return;
        const partitionEpoch = partition.partitionEpoch + 1;
        const cleared = { ...partition, partitionEpoch, eligibleLeaderReplicas: [], lastKnownElr: [] };
        topic.partitions[index] = cleared;
        change.changedPartitions.push({ topic, partition: cleared });
      });
    }
  }

  private changeBroker(record: Parameters<typeof applyBrokerChange>[1], change: ClusterChange): void {
    const id = "brokerId" in record.value ? record.value.brokerId : record.value.id;
    const before = this.mutableBrokers.get(id);
    assert(before !== undefined, `broker ${id} is registered before it changes`);
    this.mutableBrokers.set(id, applyBrokerChange(before, record));
    change.haveBrokersChanged = true;
  }

  private keep(record: MetadataRecord): void {
    const removed = removedKey(record);
    if (removed !== null) this.mutableKept.delete(removed);
    const key = keptKey(record);
    if (key !== null) this.mutableKept.set(key, record);
  }

  private topicOf(id: Uuid): MutableTopic {
    const topic = this.mutableTopicsById.get(id);
    assert(topic !== undefined, `topic ${id} exists before its partitions`);
    return topic;
  }
}
