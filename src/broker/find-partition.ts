import { ZERO_UUID, type Uuid } from "../base/uuid.ts";
import type { ErrorName } from "../tables/errors.ts";
import type { Partition } from "./partition.ts";
import type { Partitions } from "./partitions.ts";

/** How a request names a partition: newer versions by topic id (KIP-516), older ones by name. */
export interface PartitionReference {
  readonly topic: string;
  readonly topicId: Uuid;
  readonly index: number;
  readonly isById: boolean;
}

/** The partition that this broker leads, or the error that says why it cannot serve it. */
export function findLeader(partitions: Partitions, reference: PartitionReference): Partition | ErrorName {
  let { topic } = reference;
  if (reference.isById) {
    const name = reference.topicId === ZERO_UUID ? undefined : partitions.topicName(reference.topicId);
    if (name === undefined) return "UNKNOWN_TOPIC_ID";
    topic = name;
  }
  const partition = partitions.get(topic, reference.index);
  if (partition === undefined) return "UNKNOWN_TOPIC_OR_PARTITION";
  if (!partition.isLeader) return "NOT_LEADER_OR_FOLLOWER";
  return partition.log.isOffline ? "KAFKA_STORAGE_ERROR" : partition;
}

/** Compares the epoch that a client believes in (-1: none) with the real one (KIP-320). */
export function leaderEpochFault(partition: Partition, currentLeaderEpoch: number): ErrorName | null {
  if (currentLeaderEpoch < 0 || currentLeaderEpoch === partition.leaderEpoch) return null;
  return currentLeaderEpoch < partition.leaderEpoch ? "FENCED_LEADER_EPOCH" : "UNKNOWN_LEADER_EPOCH";
}
