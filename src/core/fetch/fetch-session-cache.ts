import type { ErrorName } from "../../tables/errors.ts";
import { FetchSession, type FetchPartition } from "./fetch-session.ts";

export interface SessionRequest {
  readonly sessionId: number;
  readonly sessionEpoch: number;
  readonly usesTopicIds: boolean;
  readonly partitions: readonly FetchPartition[];
  readonly forgotten: readonly FetchPartition[];
}

/** How a Fetch is to be answered. */
export type SessionPlan =
  | { readonly kind: "refused"; readonly error: ErrorName }
  | {
      readonly kind: "full";
      readonly session: FetchSession | null;
      readonly partitions: readonly FetchPartition[];
    }
  | {
      readonly kind: "incremental";
      readonly session: FetchSession;
      readonly partitions: readonly FetchPartition[];
    };

export interface FetchSessionCacheOptions {
  /** `max.incremental.fetch.session.cache.slots` */
  readonly slotsMax: number;
  /** A positive 31-bit number. */
  readonly newSessionId: () => number;
}

/** A session that nobody used for this long makes room for another (Kafka: 120 s). */
const IDLE_MS = 120_000;
const CREATE_EPOCH = 0;
const CLOSE_EPOCH = -1;

/** The broker's fetch sessions (KIP-227). They belong to no connection. */
export class FetchSessionCache {
  /** Sessions that were idle and made room for another. */
  evictedCount = 0;
  private readonly options: FetchSessionCacheOptions;
  private readonly sessions = new Map<number, FetchSession>(); // Least recently used first.

  constructor(options: FetchSessionCacheOptions) {
    this.options = options;
  }

  get size(): number {
    return this.sessions.size;
  }

  /** Of all sessions together. */
  get partitionCount(): number {
    let count = 0;
    for (const session of this.sessions.values()) count += session.size;
    return count;
  }

  plan(request: SessionRequest, nowMs: number): SessionPlan {
    const { sessionId, sessionEpoch } = request;
    if (sessionEpoch === CREATE_EPOCH || sessionEpoch === CLOSE_EPOCH) {
      this.sessions.delete(sessionId);
      const session = sessionEpoch === CREATE_EPOCH ? this.create(request, nowMs) : null;
      return { kind: "full", session, partitions: request.partitions };
    }
    const session = this.sessions.get(sessionId);
    if (session === undefined) return { kind: "refused", error: "FETCH_SESSION_ID_NOT_FOUND" };
    if (session.nextEpoch !== sessionEpoch) return { kind: "refused", error: "INVALID_FETCH_SESSION_EPOCH" };
    if (session.usesTopicIds !== request.usesTopicIds) {
      return { kind: "refused", error: "FETCH_SESSION_TOPIC_ID_ERROR" };
    }
    session.update(request.partitions, request.forgotten);
    session.advanceEpoch(nowMs);
    this.sessions.delete(sessionId);
    if (session.size > 0) this.sessions.set(sessionId, session);
    return { kind: "incremental", session, partitions: session.requests() };
  }

  private create(request: SessionRequest, nowMs: number): FetchSession | null {
    if (request.partitions.length === 0 || !this.hasRoom(nowMs)) return null;
    let id = this.options.newSessionId();
    while (this.sessions.has(id)) id = this.options.newSessionId();
    const session = new FetchSession(id, request.usesTopicIds, nowMs);
    session.update(request.partitions, []);
    this.sessions.set(id, session);
    return session;
  }

  /** Room is made only at the cost of an idle session: evicting busy ones would make clients chase each other. */
  private hasRoom(nowMs: number): boolean {
    if (this.options.slotsMax <= 0) return false;
    if (this.sessions.size < this.options.slotsMax) return true;
    const oldest = this.sessions.values().next().value!;
    if (nowMs - oldest.lastUsedMs < IDLE_MS) return false;
    this.sessions.delete(oldest.id);
    this.evictedCount += 1;
    return true;
  }
}
