import type { Broker } from "../broker/broker.ts";
import { decodeAssignment } from "../wire/kafka/consumer-protocol.ts";
import type { LogLine } from "./event-log.ts";

/** A consumer group at this moment, and how it came to this. */
export interface GroupView {
  readonly groupId: string;
  /** `Empty`, `PreparingRebalance`, `CompletingRebalance`, `Stable` or `Dead`. */
  readonly state: string;
  readonly members: readonly GroupMemberView[];
  /** Where it has committed, by topic and partition. */
  readonly offsets: readonly GroupOffsetView[];
  /** Records that were committed to its partitions and not yet consumed by it, of all partitions together. */
  readonly lag: number;
  /** Why each rebalance happened, oldest first. */
  readonly timeline: readonly GroupEvent[];
}

export interface GroupMemberView {
  readonly memberId: string;
  readonly clientId: string;
  readonly groupInstanceId: string | null;
  /** What it has been given, as `topic-partition`; empty while the group rebalances. */
  readonly partitions: readonly string[];
}

export interface GroupOffsetView {
  readonly topic: string;
  readonly partition: number;
  /** The next record that the group will read. */
  readonly committedOffset: number;
  /** Behind the last record there is. */
  readonly endOffset: number;
  readonly lag: number;
}

export interface GroupEvent {
  /** In ms since 1970, by the broker's clock. */
  readonly atMs: number;
  readonly generation: number;
  /** A sentence, such as `member shop-1 leaves`. */
  readonly text: string;
}

export async function viewGroup(
  broker: Broker,
  groupId: string,
  log: readonly LogLine[],
): Promise<GroupView> {
  const [described, fetched] = await Promise.all([
    broker.groups.describe(groupId),
    broker.groups.fetchOffsets({ groupId, requireStable: false, topics: null }),
  ]);
  const offsets = fetched.topics.flatMap(({ name, partitions }) =>
    partitions.map(({ partitionIndex, committedOffset }) => {
      const endOffset = broker.partitions.get(name, partitionIndex)?.highWatermark ?? committedOffset;
      const lag = Math.max(0, endOffset - committedOffset);
      return { topic: name, partition: partitionIndex, committedOffset, endOffset, lag };
    }),
  );
  return {
    groupId,
    state: described.groupState === "" ? "Dead" : described.groupState,
    members: described.members.map(({ memberId, clientId, groupInstanceId, memberAssignment }) => {
      return { memberId, clientId, groupInstanceId, partitions: partitionsOf(memberAssignment) };
    }),
    offsets,
    lag: offsets.reduce((sum, { lag }) => sum + lag, 0),
    timeline: timelineOf(groupId, log),
  };
}

function partitionsOf(assignment: Buffer): string[] {
  if (assignment.length === 0) return [];
  try {
    const { assignedPartitions } = decodeAssignment(assignment);
    return assignedPartitions.flatMap(({ topic, partitions }) =>
      partitions.map((index) => `${topic}-${index}`),
    );
  } catch {
    return []; // A group of another kind: what its members tell each other is theirs.
  }
}

/** The broker says these things to its operator, too; there they name the group first. */
function timelineOf(groupId: string, log: readonly LogLine[]): GroupEvent[] {
  const prefix = `Group "${groupId}": `;
  return log.flatMap(({ atMs, message, fields }) =>
    message.startsWith(prefix)
      ? [{ atMs, generation: Number(fields["generation"]), text: message.slice(prefix.length) }]
      : [],
  );
}
