import type { ClassicGroup } from "./classic-group.ts";
import type { Groups } from "./groups.ts";

/** How many groups, members and committed offsets there are. */
export interface GroupCensus {
  readonly byState: ReadonlyMap<ClassicGroup["state"], number>;
  readonly members: number;
  /** Of each partition that a group has committed one for. */
  readonly offsets: number;
}

/** Counts without waking a group that nobody uses. */
export function groupCensus(groups: Groups): GroupCensus {
  const byState = new Map<ClassicGroup["state"], number>();
  let members = 0;
  let offsets = 0;
  for (const groupId of groups.state.groupIds()) {
    const running = groups.running(groupId);
    // What was not woken since the log was read has no members: the others were given a session then.
    const state = running?.state ?? "Empty";
    byState.set(state, (byState.get(state) ?? 0) + 1);
    members += running?.members.size ?? 0;
    for (const ofTopic of groups.state.offsets(groupId).values()) offsets += ofTopic.size;
  }
  return { byState, members, offsets };
}
