import type { Uuid } from "../../base/uuid.ts";

/** The id of "no leader". */
export const NO_LEADER = -1;

/** 0: the leader has all that was committed. 1: it was elected uncleanly and may lack some. */
export type LeaderRecoveryState = 0 | 1;

/** One partition as the metadata log describes it. A value: a change makes a new one. */
export interface PartitionImage {
  readonly index: number;
  readonly leader: number; // NO_LEADER when there is none.
  readonly leaderEpoch: number;
  /** Grows by one with every change of the partition. */
  readonly partitionEpoch: number;
  readonly leaderRecoveryState: LeaderRecoveryState;
  readonly replicas: readonly number[];
  /** The log directory of each replica, in the order of `replicas`. */
  readonly directories: readonly Uuid[];
  readonly isr: readonly number[];
  readonly addingReplicas: readonly number[];
  readonly removingReplicas: readonly number[];
  /** Replicas outside the ISR that are known to hold all that was committed (KIP-966). */
  readonly eligibleLeaderReplicas: readonly number[];
  /** Who led last, kept while nobody is eligible. */
  readonly lastKnownElr: readonly number[];
}

export interface TopicImage {
  readonly name: string;
  readonly id: Uuid;
  /** By index. Only `ClusterImage.apply` writes to it. */
  readonly partitions: readonly PartitionImage[];
}
