/**
 * Why a connection ended. `peer`: the client hung up, or the link broke. `idle`: `connections.max.idle.ms`.
 * `limit`: `max.connections`. `malformed`: its bytes were no request that is served here. `answered`: the
 * protocol's answer is to hang up. `failed`: a bug of ours. `stop`: the broker stops.
 */
export type CloseReason = "peer" | "idle" | "limit" | "malformed" | "answered" | "failed" | "stop";

/** What one open connection holds at the moment. */
export interface ConnectionLoad {
  /** Requests that were begun and not answered. */
  readonly startedRequests: number;
  /** Requests that arrived and were not begun. */
  readonly queuedRequests: number;
  /** Bytes of both. */
  readonly inFlightBytes: number;
  /** Bytes of answers that the peer has not taken. */
  readonly unsentBytes: number;
  /** Nothing is read from it until it has less in flight, or its peer reads. */
  readonly isHeldBack: boolean;
}

/** The connections of all listeners. */
export class ConnectionCounters {
  accepted = 0;
  readonly open = new Set<ConnectionLoad>();
  readonly closed: Record<CloseReason, number> = {
    peer: 0,
    idle: 0,
    limit: 0,
    malformed: 0,
    answered: 0,
    failed: 0,
    stop: 0,
  };
}
