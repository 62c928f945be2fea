import type { ConfigTable } from "./config-key.ts";

/** Broker keys that Apache Kafka does not have. */
export const millraceKeys = {
  "millrace.connection.inflight.bytes.max": {
    type: "int",
    default: "16777216",
    importance: "medium",
    update: "restart",
    min: 1,
    doc: "A connection is not read from while its unanswered requests hold more bytes than this.",
  },
  "millrace.connection.unsent.bytes.max": {
    type: "int",
    default: "4194304",
    importance: "medium",
    update: "restart",
    min: 1,
    doc: "A connection whose peer has not read this many bytes of its answers is not served until it does.",
  },
  "millrace.frame.pool.bytes.max": {
    type: "int",
    default: "8388608",
    importance: "low",
    update: "restart",
    min: 0,
    doc: "Memory kept for requests to come, shared by all connections of a listener.",
  },
  "millrace.fsync.before.ack": {
    type: "boolean",
    default: "true",
    importance: "high",
    update: "restart",
    doc: "Acknowledge acks=all, and show to consumers, only what is synced to the device; false relies on the page cache as Apache Kafka does.",
  },
} as const satisfies ConfigTable;
