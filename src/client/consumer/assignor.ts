import type { TopicPartition } from "../topic-partition.ts";

/** A member of a group, as the one that assigns sees it. */
export interface AssignedMember {
  readonly memberId: string;
  /** Set for a static member (KIP-345). */
  readonly groupInstanceId: string | null;
  readonly topics: readonly string[];
  /** What it had when it joined; empty for a member that gave everything up first. */
  readonly owned: readonly TopicPartition[];
  /** The generation that it had them in; -1 when it does not say. */
  readonly generationId: number;
  /** The assignor's own bytes; null for none. */
  readonly userData: Buffer | null;
}

/** What each member gets, by member id. Members without a partition are there too. */
export type GroupAssignment = Map<string, TopicPartition[]>;

/** How many partitions there are, by topic; a topic that does not exist is not there. */
export type PartitionCounts = ReadonlyMap<string, number>;

/** A way to share partitions among members, compatible with the Java client's assignor of the same name. */
export interface Assignor {
  readonly name: string;
  /** Whether members keep what they have while the group forms anew, and move it in a second round (KIP-429). */
  readonly isCooperative: boolean;
  /** What a member tells the one that assigns, beside its subscription. */
  userData(owned: readonly TopicPartition[], generationId: number): Buffer | null;
  assign(members: readonly AssignedMember[], counts: PartitionCounts): GroupAssignment;
}

export function emptyAssignment(members: readonly AssignedMember[]): GroupAssignment {
  return new Map(members.map(({ memberId }) => [memberId, []]));
}

/** Kafka's order of members: static ones first, by their instance id, then the others by their member id. */
export function inOrder(members: readonly AssignedMember[]): AssignedMember[] {
  return members.toSorted((a, b) => {
    if (a.groupInstanceId === null && b.groupInstanceId === null) return compare(a.memberId, b.memberId);
    if (a.groupInstanceId === null) return 1;
    if (b.groupInstanceId === null) return -1;
    return compare(a.groupInstanceId, b.groupInstanceId);
  });
}

/** By UTF-16 units, as Java compares strings. */
export function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** All partitions that some member wants, by topic and number. */
export function wantedPartitions(
  members: readonly AssignedMember[],
  counts: PartitionCounts,
): TopicPartition[] {
  const topics = new Set(members.flatMap((member) => member.topics));
  return [...topics]
    .toSorted(compare)
    .flatMap((topic) =>
      Array.from({ length: counts.get(topic) ?? 0 }, (_, partition) => ({ topic, partition })),
    );
}
