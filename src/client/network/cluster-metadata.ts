import type { Uuid } from "../../base/uuid.ts";
import type { SocketAddress } from "../../ports/network.ts";
import { errorName, type ErrorName } from "../../tables/errors.ts";
import type { Metadata } from "../../wire/kafka/messages/03-metadata.ts";
import type { ResponseOf } from "../../wire/kafka/schema.ts";

export interface BrokerInfo extends SocketAddress {
  readonly nodeId: number;
  readonly rack: string | null;
}

export interface PartitionInfo {
  readonly partition: number;
  readonly error: ErrorName;
  /** -1 while there is none. */
  readonly leaderId: number;
  readonly leaderEpoch: number;
  readonly replicas: readonly number[];
  readonly isr: readonly number[];
}

export interface TopicInfo {
  readonly name: string;
  readonly topicId: Uuid;
  readonly error: ErrorName;
  readonly isInternal: boolean;
  /** In the order of their numbers. */
  readonly partitions: readonly PartitionInfo[];
}

/** One answer to a Metadata request, as the rest of the client reads it. */
export interface ClusterMetadata {
  readonly clusterId: string | null;
  /** -1 while there is none. */
  readonly controllerId: number;
  readonly brokers: ReadonlyMap<number, BrokerInfo>;
  readonly topics: ReadonlyMap<string, TopicInfo>;
}

export function clusterMetadataFrom(response: ResponseOf<typeof Metadata>): ClusterMetadata {
  const brokers = response.brokers.map(({ nodeId, host, port, rack }) => ({ nodeId, host, port, rack }));
  const topics = response.topics.map(topicInfoFrom);
  return {
    clusterId: response.clusterId,
    controllerId: response.controllerId,
    brokers: new Map(brokers.map((broker) => [broker.nodeId, broker])),
    topics: new Map(topics.map((topic) => [topic.name, topic])),
  };
}

type ResponseTopic = ResponseOf<typeof Metadata>["topics"][number];

function topicInfoFrom(topic: ResponseTopic): TopicInfo {
  const partitions = topic.partitions.map((partition) => ({
    partition: partition.partitionIndex,
    error: errorName(partition.errorCode),
    leaderId: partition.leaderId,
    leaderEpoch: partition.leaderEpoch,
    replicas: partition.replicaNodes,
    isr: partition.isrNodes,
  }));
  return {
    name: topic.name ?? "",
    topicId: topic.topicId,
    error: errorName(topic.errorCode),
    isInternal: topic.isInternal,
    partitions: partitions.toSorted((a, b) => a.partition - b.partition),
  };
}
