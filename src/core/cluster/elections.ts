import { isActive } from "./broker-image.ts";
import type { ClusterImage } from "./cluster-image.ts";
import type { MetadataRecord } from "./metadata-record.ts";
import { NO_LEADER, type PartitionImage, type TopicImage } from "./partition-image.ts";
import { partitionChange } from "./partition-record.ts";

/** Who may lead: an active broker that holds all that was committed, in assignment order. */
export function electableReplica(
  partition: PartitionImage,
  isCandidate: (brokerId: number) => boolean,
): number | null {
  const { isr, eligibleLeaderReplicas } = partition;
  const isSafe = (id: number): boolean => isr.includes(id) || eligibleLeaderReplicas.includes(id);
  return partition.replicas.find((id) => isSafe(id) && isCandidate(id)) ?? null;
}

/** Whether the last leader may be taken although nobody is eligible (KIP-966). */
function lastKnownLeader(partition: PartitionImage, isCandidate: (id: number) => boolean): number | null {
  const { isr, eligibleLeaderReplicas, lastKnownElr } = partition;
  if (isr.length + eligibleLeaderReplicas.length > 0 || lastKnownElr.length !== 1) return null;
  return isCandidate(lastKnownElr[0]!) ? lastKnownElr[0]! : null;
}

/** The records that take a broker out of every ISR and leadership, and put others in its place. */
export function withdrawBroker(image: ClusterImage, brokerId: number): MetadataRecord[] {
  const isCandidate = (id: number): boolean => id !== brokerId && isActiveIn(image, id);
  const records: MetadataRecord[] = [];
  for (const topic of image.topics.values()) {
    for (const partition of topic.partitions) {
      const record = withdrawReplica({ image, topic, partition, brokerId, isCandidate });
      if (record !== null) records.push(record);
    }
  }
  return records;
}

interface Withdrawal {
  readonly image: ClusterImage;
  readonly topic: TopicImage;
  readonly partition: PartitionImage;
  readonly brokerId: number;
  readonly isCandidate: (brokerId: number) => boolean;
}

function withdrawReplica(withdrawal: Withdrawal): MetadataRecord | null {
  const { image, topic, partition, brokerId, isCandidate } = withdrawal;
  const isMember = partition.isr.includes(brokerId);
  if (!isMember && partition.leader !== brokerId) return null;
  const remaining = partition.isr.filter((id) => id !== brokerId);
  const leader =
    partition.leader === brokerId
      ? (electableReplica({ ...partition, isr: remaining }, isCandidate) ?? NO_LEADER)
      : partition.leader;
  const led = leader === partition.leader ? {} : { leader };
  if (!image.isElrEnabled) {
    // Without ELR the last member stays in the ISR: it alone is known to be complete.
    const isr = remaining.length > 0 ? { isr: remaining } : {};
    return partitionChange(topic.id, partition.index, { ...isr, ...led });
  }
  const minIsr = Number(image.topicConfig(topic.name).get("min.insync.replicas") ?? minIsrDefault(image));
  const isSmall = remaining.length < Math.min(minIsr, partition.replicas.length);
  const eligible = isSmall ? union(partition.eligibleLeaderReplicas, isMember ? [brokerId] : []) : [];
  return partitionChange(topic.id, partition.index, {
    isr: remaining,
    ...led,
    ...(same(eligible, partition.eligibleLeaderReplicas) ? {} : { eligibleLeaderReplicas: eligible }),
    ...(remaining.length === 0 && leader === NO_LEADER ? { lastKnownElr: [partition.leader] } : {}),
  });
}

/** Under ELR the cluster always has this key set, see `bootstrapRecords`. */
function minIsrDefault(image: ClusterImage): string {
  return image.config({ type: 4, name: "" }).get("min.insync.replicas") ?? "1";
}

/** The records that give leaders to partitions without one, now that this broker is active. */
export function electOffline(image: ClusterImage, brokerId: number): MetadataRecord[] {
  const isCandidate = (id: number): boolean => id === brokerId || isActiveIn(image, id);
  const records: MetadataRecord[] = [];
  for (const topic of image.topics.values()) {
    for (const partition of topic.partitions) {
      if (partition.leader !== NO_LEADER) continue;
      const record = elect(topic, partition, isCandidate);
      if (record !== null) records.push(record);
    }
  }
  return records;
}

function elect(
  topic: TopicImage,
  partition: PartitionImage,
  isCandidate: (id: number) => boolean,
): MetadataRecord | null {
  const safe = electableReplica(partition, isCandidate);
  const leader = safe ?? lastKnownLeader(partition, isCandidate);
  if (leader === null) return null;
  const isr = partition.isr.includes(leader) ? {} : { isr: [leader] };
  const eligible = partition.eligibleLeaderReplicas.length > 0 ? { eligibleLeaderReplicas: [] } : {};
  const known = partition.lastKnownElr.length > 0 ? { lastKnownElr: [] } : {};
  const recovery = safe === null ? { leaderRecoveryState: 1 } : {};
  return partitionChange(topic.id, partition.index, { ...isr, leader, ...recovery, ...eligible, ...known });
}

/** Takes a replica that lost its un-synced data out of those that count as complete. */
export function forgetEligibility(image: ClusterImage, brokerId: number): MetadataRecord[] {
  const records: MetadataRecord[] = [];
  for (const topic of image.topics.values()) {
    for (const partition of topic.partitions) {
      const eligibleLeaderReplicas = partition.eligibleLeaderReplicas.filter((id) => id !== brokerId);
      if (eligibleLeaderReplicas.length === partition.eligibleLeaderReplicas.length) continue;
      records.push(partitionChange(topic.id, partition.index, { eligibleLeaderReplicas }));
    }
  }
  return records;
}

function isActiveIn(image: ClusterImage, id: number): boolean {
  const broker = image.brokers.get(id);
  return broker !== undefined && isActive(broker);
}

function union(left: readonly number[], right: readonly number[]): number[] {
  return [...new Set([...left, ...right])];
}

function same(left: readonly number[], right: readonly number[]): boolean {
  return left.length === right.length && left.every((id, index) => id === right[index]);
}
