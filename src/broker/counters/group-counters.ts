import { REBALANCE_REASONS, type RebalanceReason } from "../../core/groups/rebalance-reason.ts";

/** What the group coordinator has done since the broker started. */
export class GroupCounters {
  offsetCommits = 0;
  offsetsExpired = 0;
  readonly rebalances = Object.fromEntries(REBALANCE_REASONS.map((reason) => [reason, 0])) as Record<
    RebalanceReason,
    number
  >;
}
