import type { GroupRecord } from "./group-record.ts";
import type { RebalanceReason } from "./rebalance-reason.ts";

/** The refusals of the coordinator, by their names in the protocol. */
export type GroupError =
  | "NONE"
  | "OFFSET_METADATA_TOO_LARGE"
  | "COORDINATOR_LOAD_IN_PROGRESS"
  | "COORDINATOR_NOT_AVAILABLE"
  | "NOT_COORDINATOR"
  | "ILLEGAL_GENERATION"
  | "INCONSISTENT_GROUP_PROTOCOL"
  | "INVALID_GROUP_ID"
  | "UNKNOWN_MEMBER_ID"
  | "INVALID_SESSION_TIMEOUT"
  | "REBALANCE_IN_PROGRESS"
  | "INVALID_COMMIT_OFFSET_SIZE"
  | "NON_EMPTY_GROUP"
  | "GROUP_ID_NOT_FOUND"
  | "MEMBER_ID_REQUIRED"
  | "GROUP_MAX_SIZE_REACHED"
  | "FENCED_INSTANCE_ID"
  | "GROUP_SUBSCRIBED_TO_TOPIC"
  | "UNKNOWN_SERVER_ERROR"
  | "UNSTABLE_OFFSET_COMMIT";

/** Wall-clock time goes into records; deadlines are on the monotonic clock. */
export interface Moment {
  readonly wallMs: number;
  readonly monotonicMs: number;
}

/** Names a request whose answer may come from a later decision; the caller chooses it. */
export type Ticket = number;

export interface JoinResponse {
  readonly error: GroupError;
  readonly generation: number;
  readonly protocolType: string | null;
  readonly protocolName: string | null;
  readonly leader: string;
  readonly skipAssignment: boolean;
  readonly memberId: string;
  readonly members: readonly JoinedMember[];
}

export interface JoinedMember {
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly metadata: Buffer;
}

export interface SyncResponse {
  readonly error: GroupError;
  readonly protocolType: string | null;
  readonly protocolName: string | null;
  readonly assignment: Buffer;
}

export type Answer =
  | { readonly kind: "join"; readonly ticket: Ticket; readonly response: JoinResponse }
  | { readonly kind: "sync"; readonly ticket: Ticket; readonly response: SyncResponse };

/** The leader's assignment of one generation; to be handed back to `assignmentStored` once it is committed. */
export interface StoredAssignment {
  readonly groupId: string;
  readonly generation: number;
  readonly assignments: ReadonlyMap<string, Buffer>;
}

/**
 * What the caller owes after a decision, in this order: append `records` and `apply` each at once; when they are
 * committed (at once when there are none) send `response` and `answers`, and hand each of `stored` to
 * `assignmentStored`, which is a decision again. When the append fails, drop the core and load it again from the log.
 */
export interface Decision<R = null> {
  readonly records: readonly GroupRecord[];
  readonly response: R;
  /** Answers to Join and Sync requests, of this call or of earlier ones that were waiting. */
  readonly answers: readonly Answer[];
  readonly stored: readonly StoredAssignment[];
  /** For people: why groups rebalance, in the order it happened. */
  readonly notes: readonly GroupNote[];
  /** One for each rebalance that began; to be counted. */
  readonly rebalances: readonly RebalanceReason[];
}

/** Something about a group that an operator would ask for. */
export interface GroupNote {
  readonly groupId: string;
  readonly generation: number;
  readonly text: string;
}

/** A decision while it is being made. */
export class Turn {
  readonly now: Moment;
  readonly records: GroupRecord[] = [];
  readonly answers: Answer[] = [];
  readonly stored: StoredAssignment[] = [];
  readonly notes: GroupNote[] = [];
  readonly rebalances: RebalanceReason[] = [];

  constructor(now: Moment) {
    this.now = now;
  }

  answerJoin(ticket: Ticket, response: JoinResponse): void {
    this.answers.push({ kind: "join", ticket, response });
  }

  answerSync(ticket: Ticket, response: SyncResponse): void {
    this.answers.push({ kind: "sync", ticket, response });
  }

  note(
    { groupId, generation }: { readonly groupId: string; readonly generation: number },
    text: string,
  ): void {
    this.notes.push({ groupId, generation, text });
  }

  decide<R>(response: R): Decision<R> {
    const { records, answers, stored, notes, rebalances } = this;
    return { records, answers, stored, notes, rebalances, response };
  }
}

export function joinRefusal(error: GroupError, memberId: string): JoinResponse {
  return {
    error,
    generation: -1,
    protocolType: null,
    protocolName: null,
    leader: "",
    skipAssignment: false,
    memberId,
    members: [],
  };
}

export function syncRefusal(error: GroupError): SyncResponse {
  return { error, protocolType: null, protocolName: null, assignment: NO_BYTES };
}

export const NO_BYTES = Buffer.alloc(0);
