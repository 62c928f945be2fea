import type { RecordValue } from "./metadata-record.ts";
import type { LeaderRecoveryState, PartitionImage } from "./partition-image.ts";

/** In a change record: the leader, or its recovery state, stays. */
export const LEADER_UNCHANGED = -2;
export const RECOVERY_STATE_UNCHANGED = -1;

/** Shared by all partitions: of ten thousand nearly all have nothing to say here. It is never written. */
const NONE: readonly number[] = Object.freeze([]);

export function partitionImageOf(record: RecordValue<"PartitionRecord">): PartitionImage {
  return {
    index: record.partitionId,
    leader: record.leader,
    leaderEpoch: record.leaderEpoch,
    partitionEpoch: record.partitionEpoch,
    leaderRecoveryState: record.leaderRecoveryState as LeaderRecoveryState,
    replicas: record.replicas,
    directories: record.directories,
    isr: record.isr,
    addingReplicas: orNone(record.addingReplicas),
    removingReplicas: orNone(record.removingReplicas),
    eligibleLeaderReplicas: orNone(record.eligibleLeaderReplicas),
    lastKnownElr: orNone(record.lastKnownElr),
  };
}

function orNone(replicas: readonly number[] | null | undefined): readonly number[] {
  return replicas === null || replicas === undefined || replicas.length === 0 ? NONE : replicas;
}

/** A stated leader, even the same one, begins a new leader epoch; every change a new partition epoch. */
export function applyPartitionChange(
  before: PartitionImage,
  change: RecordValue<"PartitionChangeRecord">,
): PartitionImage {
  const isLed = change.leader !== LEADER_UNCHANGED;
  const recoveryState = change.leaderRecoveryState;
  return {
    index: before.index,
    leader: isLed ? change.leader : before.leader,
    leaderEpoch: isLed ? before.leaderEpoch + 1 : before.leaderEpoch,
    partitionEpoch: before.partitionEpoch + 1,
    leaderRecoveryState:
      recoveryState === RECOVERY_STATE_UNCHANGED
        ? before.leaderRecoveryState
        : (recoveryState as LeaderRecoveryState),
    replicas: change.replicas ?? before.replicas,
    directories: change.directories ?? before.directories,
    isr: change.isr ?? before.isr,
    addingReplicas: change.addingReplicas ?? before.addingReplicas,
    removingReplicas: change.removingReplicas ?? before.removingReplicas,
    eligibleLeaderReplicas: change.eligibleLeaderReplicas ?? before.eligibleLeaderReplicas,
    lastKnownElr: change.lastKnownElr ?? before.lastKnownElr,
  };
}
