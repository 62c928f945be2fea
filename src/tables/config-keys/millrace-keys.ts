import type { ConfigTable } from "./config-key.ts";

/** Broker keys that Apache Kafka does not have. */
export const millraceKeys = {
  "millrace.fsync.before.ack": {
    type: "boolean",
    default: "true",
    importance: "high",
    update: "restart",
    doc: "Acknowledge acks=all, and show to consumers, only what is synced to the device; false relies on the page cache as Apache Kafka does.",
  },
} as const satisfies ConfigTable;
