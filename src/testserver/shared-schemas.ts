import type { Duration } from "../testing/index.ts";
import {
  anything,
  boolean,
  integer,
  map,
  named,
  nullable,
  object,
  oneOfTypes,
  oneOfWords,
  optional,
  string,
} from "./schema.ts";

export const duration = named(
  "Duration",
  oneOfTypes<Duration>(["number", "string"], {
    description: 'Milliseconds, or a number with a unit: "250ms", "30s", "5m", "2h", "7d"',
    minimum: 0,
    pattern: "^\\d+(\\.\\d+)?(ms|s|m|h|d)?$",
    examples: ["7d", 250],
  }),
);

export const timeMs = integer({ description: "In ms since 1970, by the broker's clock" });
export const topicName = string({ minLength: 1, maxLength: 249 });
export const partitionIndex = integer({ minimum: 0 });

export const bytes = named(
  "Bytes",
  object(
    {
      base64: string({ contentEncoding: "base64" }),
      text: optional(string({ description: "The bytes as UTF-8; left out where they are none" })),
      json: optional(anything({ description: "The text as JSON; left out where it is none" })),
    },
    { description: "A key or a value, in each way that it can be read" },
  ),
);

export const record = named(
  "Record",
  object({
    topic: topicName,
    partition: partitionIndex,
    offset: integer({ minimum: 0 }),
    timestampMs: integer({ description: "In ms since 1970" }),
    key: nullable(bytes),
    value: nullable(bytes),
    headers: map(nullable(string()), { description: "As UTF-8 text; of a name that comes twice, the last" }),
  }),
);

export const broker = named(
  "Broker",
  object({
    id: string(),
    bootstrapServers: string({
      description: "What clients are given; the same through crashes and restarts",
    }),
    state: oneOfWords(["running", "crashed"]),
    nowMs: timeMs,
  }),
);

export const fault = named(
  "Fault",
  object({
    id: string(),
    text: string({ description: "What was asked for, and how often it has happened" }),
    hits: integer({ minimum: 0 }),
    isActive: boolean({ description: "Whether it will still happen" }),
  }),
);

export const snapshot = named("Snapshot", object({ id: string(), takenAtMs: timeMs }));
