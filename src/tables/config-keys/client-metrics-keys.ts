import type { ConfigTable } from "./config-key.ts";

/** Keys of one client metrics subscription (KIP-714). */
export const clientMetricsKeys = {
  "interval.ms": {
    type: "int",
    default: "300000",
    importance: "medium",
    update: "resource",
    doc: "Time between two pushes of metrics by a matching client.",
  },
  match: {
    type: "list",
    default: "",
    importance: "medium",
    update: "resource",
    doc: "Which clients the subscription is for, as property=pattern pairs; empty matches all.",
  },
  metrics: {
    type: "list",
    default: "",
    importance: "medium",
    update: "resource",
    doc: 'Prefixes of the metric names that matching clients push; "*" is all of them.',
  },
} as const satisfies ConfigTable;
