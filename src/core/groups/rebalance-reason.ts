/**
 * Why a group began a rebalance. `join`: a new member. `rejoin`: a member with another subscription, or the leader
 * asking for a new assignment. `leave`: a member said goodbye. `session-timeout`: no heartbeat in time.
 * `sync-timeout`: a member did not ask for its assignment. `static-member`: one came back in the middle of
 * another rebalance. `size-limit`: the coordinator found more members than the group may have.
 */
export type RebalanceReason = (typeof REBALANCE_REASONS)[number];

export const REBALANCE_REASONS = [
  "join",
  "rejoin",
  "leave",
  "session-timeout",
  "sync-timeout",
  "static-member",
  "size-limit",
] as const;
