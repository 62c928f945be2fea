import { ClassicGroup } from "./classic-group.ts";
import type { ClassicMember } from "./classic-group.ts";
import { DeadlineQueue } from "./deadline-queue.ts";
import type { Turn } from "./decision.ts";
import type { GroupConfig } from "./group-config.ts";
import type { GroupState } from "./group-state.ts";

/** All groups of one `__consumer_offsets` partition: what the log says, and the running protocol beside it. */
export class Groups {
  readonly state: GroupState;
  readonly config: GroupConfig;
  readonly deadlines = new DeadlineQueue();
  /** Makes the random part of a member id. */
  readonly newUuid: () => string;
  readonly #classic = new Map<string, ClassicGroup>();

  constructor(state: GroupState, config: GroupConfig, newUuid: () => string) {
    this.state = state;
    this.config = config;
    this.newUuid = newUuid;
  }

  /** Null when the group does not exist. */
  find(groupId: string): ClassicGroup | null {
    const group = this.#classic.get(groupId);
    if (group !== undefined) return group;
    return this.state.exists(groupId) ? this.#start(groupId) : null;
  }

  /** The group as it runs; undefined when nobody has used it since its log was read, or it does not exist. */
  running(groupId: string): ClassicGroup | undefined {
    return this.#classic.get(groupId);
  }

  /** Begins a group that does not exist; its record is the caller's to write. */
  create(groupId: string): ClassicGroup {
    return this.#start(groupId);
  }

  /** Forgets a group whose tombstone is being written. */
  remove(groupId: string): void {
    this.#classic.delete(groupId);
  }

  /** A sign of life: the member's session ends one timeout from now. */
  renewSession(group: ClassicGroup, member: ClassicMember, turn: Turn): void {
    this.setSessionDeadline(group, member, turn.now.monotonicMs + member.sessionTimeoutMs);
  }

  setSessionDeadline(group: ClassicGroup, member: ClassicMember, atMs: number): void {
    member.sessionDeadlineMs = atMs;
    this.deadlines.schedule(group.groupId, atMs);
  }

  #start(groupId: string): ClassicGroup {
    const group = new ClassicGroup(groupId, this.state.metadata(groupId));
    this.#classic.set(groupId, group);
    return group;
  }
}
