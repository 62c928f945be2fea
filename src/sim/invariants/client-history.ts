import type { PartitionName, SeenRecord } from "./history.ts";

/*
 * What our own client did: what its callers asked and were told, and what passed on the wire. `client` names one
 * producer or consumer in one life of its program; `group` is a consumer group. Times are the simulation's (ms).
 */

export type ClientEvent =
  | SendCalled
  | SendSettled
  | BatchWritten
  | BatchAnswered
  | BatchFreed
  | MemorySeen
  | Delivered
  | Processed
  | Sought
  | Paused
  | GroupDrained
  | ClientDied
  | ClientRested;

/** A record was handed to a producer. */
export interface SendCalled {
  readonly kind: "send-called";
  readonly client: string;
  readonly topic: string;
  /** Null: the producer chooses. */
  readonly partition: number | null;
  /** Unique in the whole history. */
  readonly value: string;
  readonly acks: 0 | 1 | -1;
  readonly isIdempotent: boolean;
  /** Idempotent, or with one batch in flight. */
  readonly keepsOrder: boolean;
  readonly atMs: number;
  /** By when the producer must have said what became of it. */
  readonly settlesByMs: number;
}

/** The producer said what became of a record. */
export interface SendSettled {
  readonly kind: "send-settled";
  readonly client: string;
  readonly value: string;
  readonly atMs: number;
  /** Where it is; offset -1 when the producer does not know. Null: it failed. */
  readonly acknowledged: (PartitionName & { readonly offset: number }) | null;
}

/** A batch was written to a connection. */
export interface BatchWritten extends PartitionName {
  readonly kind: "batch-written";
  readonly client: string;
  readonly acks: 0 | 1 | -1;
  readonly values: readonly string[];
  /** The least that its records take in the producer's buffer: as they are or as they were compressed. */
  readonly sizeBytes: number;
}

/** The client received the broker's answer to a batch. */
export interface BatchAnswered extends PartitionName {
  readonly kind: "batch-answered";
  readonly client: string;
  readonly values: readonly string[];
  /** Kafka's name of the error; "NONE" for success. */
  readonly error: string;
}

/** The producer says that it has freed the memory of a batch. */
export interface BatchFreed extends PartitionName {
  readonly kind: "batch-freed";
  readonly client: string;
  readonly records: number;
  /** Split: its records live on in smaller batches. */
  readonly reason: "acknowledged" | "failed" | "split";
}

/** What the producer's buffer holds by its own account, looked at whenever something has passed on the wire. */
export interface MemorySeen {
  readonly kind: "memory-seen";
  readonly client: string;
  readonly bufferedBytes: number;
}

/** A consumer gave a record to the body of its caller's loop. */
export interface Delivered extends PartitionName {
  readonly kind: "delivered";
  readonly client: string;
  readonly group: string;
  readonly record: SeenRecord;
}

/** The body of the loop is through with a record and went on. */
export interface Processed extends PartitionName {
  readonly kind: "processed";
  readonly client: string;
  readonly group: string;
  readonly offset: number;
}

/** The caller moved its consumer: this is the next offset that it wants. */
export interface Sought extends PartitionName {
  readonly kind: "sought";
  readonly client: string;
  readonly offset: number;
}

/** The caller paused a partition of its consumer, or resumed it. */
export interface Paused extends PartitionName {
  readonly kind: "paused";
  readonly client: string;
  readonly isPaused: boolean;
}

/** Long enough after all faults the group's members have read on, and producers are done. */
export interface GroupDrained {
  readonly kind: "group-drained";
  readonly group: string;
  readonly afterMs: number;
}

/** The client's program was killed: what it still owed its caller is nobody's any more. */
export interface ClientDied {
  readonly kind: "client-died";
  /** Every `client` of this program begins with this. */
  readonly program: string;
}

/** What a program holds right after it has closed all its clients. */
export interface ClientRested {
  readonly kind: "client-rested";
  readonly program: string;
  readonly connections: number;
  readonly timers: number;
  /** The sum over its producers. */
  readonly bufferedBytes: number;
}
