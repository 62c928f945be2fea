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
  "millrace.log.index.cache.bytes": {
    type: "int",
    default: "25165824",
    importance: "low",
    update: "restart",
    min: 0,
    doc: "Memory for the indexes of closed segments; those used last are kept.",
  },
  "millrace.log.open.files.max": {
    type: "int",
    default: "1000",
    importance: "low",
    update: "restart",
    min: 16,
    doc: "Segment files that are open at a time, over all logs.",
  },
  "millrace.log.tail.bytes": {
    type: "int",
    default: "8388608",
    importance: "medium",
    update: "restart",
    min: 4096,
    doc: "Memory for the newest batches of one log; consumers that keep up read nothing else.",
  },
  "millrace.log.tail.bytes.total": {
    type: "int",
    default: "33554432",
    importance: "medium",
    update: "restart",
    min: 4096,
    doc: "Memory for the newest batches of all logs together; what was written first makes room.",
  },
} as const satisfies ConfigTable;
