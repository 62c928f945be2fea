import { deleteGroup, describeGroup, expireOffsets, forgetTopics, listGroups } from "./administration.ts";
import type { DescribedGroup, GroupFilter, ListedGroup } from "./administration.ts";
import { groupCensus } from "./census.ts";
import type { GroupCensus } from "./census.ts";
import { Turn } from "./decision.ts";
import type { Decision, GroupError, Moment, StoredAssignment } from "./decision.ts";
import type { GroupConfig } from "./group-config.ts";
import type { GroupRecord } from "./group-record.ts";
import type { GroupState } from "./group-state.ts";
import { Groups } from "./groups.ts";
import { joinGroup } from "./join.ts";
import type { JoinRequest } from "./join.ts";
import { expireGroup, heartbeat, leaveGroup } from "./membership.ts";
import type { HeartbeatRequest, LeaveRequest, LeaveResponse } from "./membership.ts";
import { commitOffsets, deleteOffsets, fetchAllOffsets, fetchOffsets } from "./offsets.ts";
import type {
  FetchedTopic,
  OffsetCommitErrors,
  OffsetCommitRequest,
  OffsetDeleteRequest,
  OffsetDeleteResponse,
  OffsetQuery,
} from "./offsets.ts";
import { prepareRebalance } from "./rebalance.ts";
import { assignmentStored, syncGroup } from "./sync.ts";
import type { SyncRequest } from "./sync.ts";

/**
 * The coordinator of the groups of one `__consumer_offsets` partition, without clock, log or network.
 *
 * Every call that may write returns a `Decision`; see there for what the caller owes. Between two calls the caller
 * watches `nextDeadlineMs` and calls `tick` when it has passed.
 */
export class GroupCore {
  readonly #groups: Groups;

  /** `state` is what the log said; `newUuid` makes the random part of member ids. */
  constructor(state: GroupState, config: GroupConfig, newUuid: () => string) {
    this.#groups = new Groups(state, config, newUuid);
  }

  get state(): GroupState {
    return this.#groups.state;
  }

  apply(record: GroupRecord): void {
    this.#groups.state.apply(record);
  }

  /** Once, after the log has been read: every member gets a fresh session, since its heartbeats went elsewhere. */
  takeOver(now: Moment): Decision {
    const turn = new Turn(now);
    for (const groupId of this.state.groupIds()) {
      if ((this.state.metadata(groupId)?.members.length ?? 0) === 0) continue;
      const group = this.#groups.find(groupId)!;
      for (const member of group.members.values()) this.#groups.renewSession(group, member, turn);
      // The limit may have been lowered since; a new round sends the surplus away.
      if (group.members.size > this.#groups.config.maxSize) {
        turn.note(group, "it has more members than it may have since the limit was lowered");
        prepareRebalance(this.#groups, group, turn, "size-limit");
      }
    }
    return turn.decide(null);
  }

  /** Monotonic; null when nothing can become due. May be earlier than anything really due. */
  nextDeadlineMs(): number | null {
    return this.#groups.deadlines.next();
  }

  tick(now: Moment): Decision {
    const turn = new Turn(now);
    for (;;) {
      const groupId = this.#groups.deadlines.popDue(now.monotonicMs);
      if (groupId === null) return turn.decide(null);
      const group = this.#groups.find(groupId);
      if (group !== null) expireGroup(this.#groups, group, turn);
    }
  }

  join(now: Moment, request: JoinRequest): Decision {
    const turn = new Turn(now);
    joinGroup(this.#groups, turn, request);
    return turn.decide(null);
  }

  sync(now: Moment, request: SyncRequest): Decision {
    const turn = new Turn(now);
    syncGroup(this.#groups, turn, request);
    return turn.decide(null);
  }

  assignmentStored(now: Moment, stored: StoredAssignment): Decision {
    const turn = new Turn(now);
    assignmentStored(this.#groups, turn, stored);
    return turn.decide(null);
  }

  heartbeat(now: Moment, request: HeartbeatRequest): GroupError {
    return heartbeat(this.#groups, new Turn(now), request);
  }

  leave(now: Moment, request: LeaveRequest): Decision<LeaveResponse> {
    const turn = new Turn(now);
    return turn.decide(leaveGroup(this.#groups, turn, request));
  }

  commitOffsets(now: Moment, request: OffsetCommitRequest): Decision<OffsetCommitErrors> {
    const turn = new Turn(now);
    return turn.decide(commitOffsets(this.#groups, turn, request));
  }

  fetchOffsets(query: OffsetQuery): FetchedTopic[] {
    return fetchOffsets(this.#groups, query);
  }

  fetchAllOffsets(groupId: string, options: { requireStable: boolean }): FetchedTopic[] {
    return fetchAllOffsets(this.#groups, groupId, options);
  }

  deleteOffsets(now: Moment, request: OffsetDeleteRequest): Decision<OffsetDeleteResponse> {
    const turn = new Turn(now);
    return turn.decide(deleteOffsets(this.#groups, turn, request));
  }

  describe(groupId: string): DescribedGroup {
    return describeGroup(this.#groups, groupId);
  }

  list(filter: GroupFilter): ListedGroup[] {
    return listGroups(this.#groups, filter);
  }

  census(): GroupCensus {
    return groupCensus(this.#groups);
  }

  deleteGroup(now: Moment, groupId: string): Decision<GroupError> {
    const turn = new Turn(now);
    return turn.decide(deleteGroup(this.#groups, turn, groupId));
  }

  forgetTopics(now: Moment, topics: ReadonlySet<string>): Decision {
    const turn = new Turn(now);
    forgetTopics(this.#groups, turn, topics);
    return turn.decide(null);
  }

  /** The clean-up of every `offsets.retention.check.interval.ms`. */
  expireOffsets(now: Moment): Decision {
    const turn = new Turn(now);
    expireOffsets(this.#groups, turn);
    return turn.decide(null);
  }
}
