import type { Uuid } from "../../base/uuid.ts";

/**
 * The facts that outlive a coordinator, one per record of `__consumer_offsets`. A value of null is a tombstone.
 * Kafka's record types 0 and 1 are offsets, 2 is a classic group.
 */
export type GroupRecord = OffsetRecord | GroupMetadataRecord;

export interface OffsetRecord {
  readonly kind: "offset";
  readonly groupId: string;
  readonly topic: string;
  readonly partition: number;
  readonly value: CommittedOffset | null;
}

export interface GroupMetadataRecord {
  readonly kind: "group";
  readonly groupId: string;
  readonly value: GroupMetadata | null;
}

export interface CommittedOffset {
  /** The next offset that the consumer wants; any number that it chose to say, also a negative one. */
  readonly offset: number;
  /** Leader epoch of the last consumed record (KIP-320); -1 when the client did not say. */
  readonly leaderEpoch: number;
  readonly metadata: string;
  readonly commitTimestampMs: number;
  /** Set only by OffsetCommit v2 to v4 with a retention time of its own. */
  readonly expireTimestampMs: number | null;
  readonly topicId: Uuid;
}

/** A classic group at rest: the last generation whose assignment was stored, or the moment it became empty. */
export interface GroupMetadata {
  /** "" for a group that nobody has joined yet. */
  readonly protocolType: string;
  readonly generation: number;
  readonly protocolName: string | null;
  readonly leader: string | null;
  /** When the group entered its state; -1 when the record is older than the field. */
  readonly currentStateTimestampMs: number;
  readonly members: readonly StoredMember[];
}

export interface StoredMember {
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly clientId: string;
  readonly clientHost: string;
  readonly rebalanceTimeoutMs: number;
  readonly sessionTimeoutMs: number;
  /** The member's metadata under the chosen protocol. */
  readonly subscription: Buffer;
  readonly assignment: Buffer;
}
