import type { ClientEvent } from "./client-history.ts";

/**
 * What clients saw, as a list of events. Invariants read nothing else, so they can be tested with histories made
 * by hand, and a history can be checked again after the fact. Times are the simulation's, in milliseconds.
 */
export type HistoryEvent =
  | Sent
  | Produced
  | Fetched
  | Scanned
  | Looked
  | RecordsDeleted
  | Committed
  | OffsetsFetched
  | Assigned
  | TopicChanging
  | TopicChanged
  | TopicsListed
  | Restarted
  | Probed
  | Rested
  | ClientEvent;

export interface PartitionName {
  readonly topic: string;
  readonly partition: number;
}

/** A batch was handed to a producer, before its first attempt. `values` are unique in the whole history. */
export interface Sent extends PartitionName {
  readonly kind: "sent";
  readonly producer: string;
  readonly isIdempotent: boolean;
  readonly values: readonly string[];
  /** Keys that the batch deletes: records without a value. */
  readonly tombstones?: readonly string[];
}

/** A batch was acknowledged. */
export interface Produced extends PartitionName {
  readonly kind: "produced";
  readonly acks: 0 | 1 | -1;
  readonly baseOffset: number;
  readonly values: readonly string[];
}

export interface SeenRecord {
  readonly offset: number;
  readonly timestampMs: number;
  readonly key: string | null;
  /** Null is a tombstone. */
  readonly value: string | null;
}

export interface SeenBatch {
  readonly baseOffset: number;
  readonly lastOffset: number; // Inclusive.
  readonly sizeBytes: number;
}

/** What a partition said of itself in an answer. `invokedMs` is when the question was sent. */
export interface Watermarks {
  readonly invokedMs: number;
  readonly completedMs: number;
  readonly highWatermark: number; // Exclusive.
  readonly lastStableOffset: number; // Exclusive.
  readonly logStartOffset: number; // Inclusive; -1 where the version of the answer does not tell.
}

/** A consumer read. */
export interface Fetched extends PartitionName, Watermarks {
  readonly kind: "fetched";
  readonly fromOffset: number;
  readonly records: readonly SeenRecord[];
  readonly batches: readonly SeenBatch[];
}

/** Everything that a partition holds, read from the start when nothing else was going on. */
export interface Scanned extends PartitionName, Watermarks {
  readonly kind: "scanned";
  readonly policy: TopicPolicy;
  readonly records: readonly SeenRecord[];
  readonly batches: readonly SeenBatch[];
}

/** How the broker may thin out a topic. */
export interface TopicPolicy {
  readonly isCompacted: boolean;
  /** Null: nothing is removed for its size. */
  readonly retentionBytes: number | null;
  /** A tombstone younger than this must be there. */
  readonly deleteRetentionMs: number;
}

/** An answer to a question that an index answers, with the partition's scan of the same quiet moment. */
export interface Looked extends PartitionName {
  readonly kind: "looked";
  /** A time in ms since 1970, or one of ListOffsets' special times: -1 latest, -2 earliest, -3 greatest timestamp. */
  readonly timestamp: number;
  readonly offset: number;
  readonly scan: Scanned;
}

export interface RecordsDeleted extends PartitionName {
  readonly kind: "records-deleted";
  /** Everything before this offset. */
  readonly beforeOffset: number;
  /** Noted when the request is sent, since it may be done unseen, and again when it is answered. */
  readonly outcome: "asked" | "done";
  readonly atMs: number;
}

/**
 * A commit was sent; `outcome` is unknown when its answer was lost. Who can tell notes it twice: as it is sent
 * (unknown), and when it is answered.
 */
export interface Committed extends PartitionName {
  readonly kind: "committed";
  readonly group: string;
  readonly offset: number;
  readonly metadata: string;
  readonly outcome: "done" | "unknown" | "refused";
  /** When it was sent, and when this was noted. */
  readonly invokedMs: number;
  readonly atMs: number;
  /** The same in both events of one commit. */
  readonly attempt?: string;
}

export interface OffsetsFetched extends PartitionName {
  readonly kind: "offsets-fetched";
  readonly group: string;
  readonly invokedMs: number;
  /** The consumer that asked, and will start there. */
  readonly client?: string;
  /** -1: nothing was committed. */
  readonly offset: number;
  readonly metadata: string;
}

/** A member of a group learnt what it owns in a generation. */
export interface Assigned {
  readonly kind: "assigned";
  readonly group: string;
  readonly generation: number;
  readonly member: string;
  /** The consumer that is this member. */
  readonly client?: string;
  readonly partitions: readonly string[];
}

/** A topic is being created or deleted; what comes of it is not known yet. */
export interface TopicChanging {
  readonly kind: "topic-changing";
  readonly topic: string;
}

export interface TopicChanged {
  readonly kind: "topic-changed";
  readonly topic: string;
  /** Null: it was deleted. */
  readonly topicId: string | null;
}

/** All topics, while none was being changed. */
export interface TopicsListed {
  readonly kind: "topics-listed";
  readonly topicIds: ReadonlyMap<string, string>;
}

/** The broker died and was started again. */
export interface Restarted {
  readonly kind: "restarted";
  readonly how: "clean" | "killed" | "power-cut";
}

/** An honest client asked something simple after strangers had sent their bytes. */
export interface Probed {
  readonly kind: "probed";
  readonly isAnswered: boolean;
  readonly afterMs: number;
}

/** What the broker holds some time after its last client has gone. */
export interface Rested {
  readonly kind: "rested";
  readonly connections: number;
  readonly timers: number;
  readonly openFiles: number;
  /** Greatest number of bytes that waited for one connection at any time. */
  readonly queuedBytesMax: number;
}

export function nameOf({ topic, partition }: PartitionName): string {
  return `${topic}-${partition}`;
}
