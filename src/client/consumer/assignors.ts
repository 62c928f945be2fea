import type { Assignor } from "./assignor.ts";
import { rangeAssignor } from "./range-assignor.ts";
import { roundRobinAssignor } from "./round-robin-assignor.ts";
import { cooperativeStickyAssignor, stickyAssignor } from "./sticky-assignor.ts";

/** The ways to share partitions in a group, by Kafka's names for them. */
export const assignors = {
  range: rangeAssignor,
  roundrobin: roundRobinAssignor,
  sticky: stickyAssignor,
  "cooperative-sticky": cooperativeStickyAssignor,
} as const satisfies Record<string, Assignor>;

export type AssignorName = keyof typeof assignors;
