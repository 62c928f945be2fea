import type { Uuid } from "../../base/uuid.ts";
import { LEADER_UNCHANGED, RECOVERY_STATE_UNCHANGED } from "./apply-partition.ts";
import type { MetadataRecord, RecordValue } from "./metadata-record.ts";
import type { PartitionImage } from "./partition-image.ts";

export function partitionRecord(topicId: Uuid, partition: PartitionImage): MetadataRecord {
  const { eligibleLeaderReplicas, lastKnownElr } = partition;
  return {
    name: "PartitionRecord",
    value: {
      partitionId: partition.index,
      topicId,
      replicas: [...partition.replicas],
      isr: [...partition.isr],
      removingReplicas: [...partition.removingReplicas],
      addingReplicas: [...partition.addingReplicas],
      leader: partition.leader,
      leaderRecoveryState: partition.leaderRecoveryState,
      leaderEpoch: partition.leaderEpoch,
      partitionEpoch: partition.partitionEpoch,
      directories: [...partition.directories],
      eligibleLeaderReplicas: eligibleLeaderReplicas.length > 0 ? [...eligibleLeaderReplicas] : null,
      lastKnownElr: lastKnownElr.length > 0 ? [...lastKnownElr] : null,
    },
  };
}

const UNCHANGED = {
  isr: null,
  leader: LEADER_UNCHANGED,
  replicas: null,
  removingReplicas: null,
  addingReplicas: null,
  leaderRecoveryState: RECOVERY_STATE_UNCHANGED,
  directories: null,
  eligibleLeaderReplicas: null,
  lastKnownElr: null,
} as const;

export type PartitionChanges = Partial<Omit<RecordValue<"PartitionChangeRecord">, "partitionId" | "topicId">>;

export function partitionChange(topicId: Uuid, index: number, changes: PartitionChanges): MetadataRecord {
  return {
    name: "PartitionChangeRecord",
    value: { ...UNCHANGED, ...changes, topicId, partitionId: index },
  };
}
