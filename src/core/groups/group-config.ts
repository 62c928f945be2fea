/** The broker's settings that bound groups; the names are those of Kafka's keys. */
export interface GroupConfig {
  /** `group.min.session.timeout.ms` and `group.max.session.timeout.ms`, both inclusive. */
  readonly minSessionTimeoutMs: number;
  readonly maxSessionTimeoutMs: number;
  /** `group.initial.rebalance.delay.ms` */
  readonly initialRebalanceDelayMs: number;
  /** `group.max.size`, in members. */
  readonly maxSize: number;
  /** `offsets.retention.minutes`, in milliseconds. */
  readonly offsetsRetentionMs: number;
  /** `offset.metadata.max.bytes`; like Kafka we count UTF-16 units. */
  readonly offsetMetadataMaxBytes: number;
}

/** Kafka's defaults. */
export const DEFAULT_GROUP_CONFIG: GroupConfig = {
  minSessionTimeoutMs: 6_000,
  maxSessionTimeoutMs: 1_800_000,
  initialRebalanceDelayMs: 3_000,
  maxSize: 2_147_483_647,
  offsetsRetentionMs: 10_080 * 60_000,
  offsetMetadataMaxBytes: 4_096,
};

/**
 * How long a member whose first join has not been answered may wait for it. Its client does not know its id yet, so
 * it cannot heartbeat, and a client that gave up would otherwise leave a ghost behind at every retry.
 */
export const NEW_MEMBER_JOIN_TIMEOUT_MS = 300_000;
