import assert from "node:assert/strict";
import { test } from "node:test";
import type { Fetched, HistoryEvent, Scanned, SeenRecord } from "./history.ts";
import { brokerInvariants } from "./index.ts";

const at = { topic: "t", partition: 0 } as const;
const kept = { isCompacted: false, retentionBytes: null, deleteRetentionMs: 86_400_000 };

function records(values: readonly (string | null)[], from = 0): SeenRecord[] {
  return values.map((value, index) => ({
    offset: from + index,
    timestampMs: 100 + from + index,
    key: value === null ? "k" : value.slice(0, 1),
    value,
  }));
}

function scanned(overrides: Partial<Scanned> = {}): Scanned {
  const seen = overrides.records ?? records(["a1"]);
  return {
    kind: "scanned",
    ...at,
    invokedMs: 10,
    completedMs: 11,
    highWatermark: (seen.at(-1)?.offset ?? -1) + 1,
    lastStableOffset: (seen.at(-1)?.offset ?? -1) + 1,
    logStartOffset: seen[0]?.offset ?? 0,
    policy: kept,
    batches: seen.map(({ offset }) => ({ baseOffset: offset, lastOffset: offset, sizeBytes: 100 })),
    ...overrides,
    records: seen,
  };
}

function fetched(overrides: Partial<Fetched> = {}): Fetched {
  const { kind, policy, ...rest } = scanned();
  void [kind, policy];
  return { ...rest, kind: "fetched", fromOffset: 0, ...overrides };
}

function sent(...values: string[]): HistoryEvent {
  return { kind: "sent", ...at, producer: "p", isIdempotent: true, values };
}

function produced(baseOffset: number, acks: 0 | 1 | -1, ...values: string[]): HistoryEvent {
  return { kind: "produced", ...at, acks, baseOffset, values };
}

function committed(offset: number, outcome: "done" | "unknown" = "done"): HistoryEvent {
  const times = { invokedMs: offset * 10, atMs: offset * 10 + 5 };
  return { kind: "committed", group: "g", ...at, offset, metadata: `m${offset}`, outcome, ...times };
}

function offsetsFetched(offset: number, invokedMs = 100): HistoryEvent {
  const metadata = offset === -1 ? "" : `m${offset}`;
  return { kind: "offsets-fetched", group: "g", ...at, offset, metadata, invokedMs };
}

function violatedBy(history: readonly HistoryEvent[]): string | null {
  const invariants = brokerInvariants();
  try {
    for (const event of history) for (const invariant of invariants) invariant.observe(event);
    return null;
  } catch (error) {
    return (error as { invariant?: string }).invariant ?? String(error);
  }
}

const good: Record<string, HistoryEvent[]> = {
  "a plain run": [sent("a1"), produced(0, -1, "a1"), fetched(), scanned()],
  "acks=1 lost in a power cut": [
    sent("a1"),
    produced(0, 1, "a1"),
    { kind: "restarted", how: "power-cut" },
    scanned({ records: [] }),
  ],
  "acks=1 answered before a power cut, and heard of after it": [
    sent("a1"),
    { kind: "restarted", how: "power-cut" },
    produced(0, 1, "a1"),
    scanned({ records: [] }),
  ],
  "a record that was deleted on request": [
    sent("a1", "b2"),
    produced(0, -1, "a1", "b2"),
    { kind: "records-deleted", ...at, beforeOffset: 1, outcome: "asked", atMs: 5 },
    scanned({ records: records(["b2"], 1) }),
  ],
  "a deletion of which nobody was told, undone by a power cut": [
    sent("a1", "b2"),
    { kind: "records-deleted", ...at, beforeOffset: 1, outcome: "asked", atMs: 5 },
    fetched({ records: records(["b2"], 1), logStartOffset: 1 }),
    { kind: "restarted", how: "power-cut" },
    scanned({ invokedMs: 20, completedMs: 21, records: records(["a1", "b2"]) }),
  ],
  "a lost answer to a commit": [committed(1), committed(2, "unknown"), offsetsFetched(1), offsetsFetched(2)],
  "a question for offsets that a commit overtook": [committed(1), committed(2), offsetsFetched(1, 22)],
  "answers that overtook each other": [
    sent("a1"),
    fetched({ completedMs: 20 }),
    fetched({
      invokedMs: 15,
      completedMs: 30,
      highWatermark: 0,
      lastStableOffset: 0,
      records: [],
      batches: [],
    }),
  ],
};

const bad: Record<string, [invariant: string, history: HistoryEvent[]]> = {
  "an acknowledged record that is gone": [
    "AckedIsReadable",
    [sent("a1"), produced(0, -1, "a1"), { kind: "restarted", how: "power-cut" }, scanned({ records: [] })],
  ],
  "an acks=1 record that a mere kill lost": [
    "AckedIsReadable",
    [sent("a1"), produced(0, 1, "a1"), { kind: "restarted", how: "killed" }, scanned({ records: [] })],
  ],
  "a log start that nobody asked for": [
    "AckedIsReadable",
    [sent("b2"), scanned({ records: records(["b2"], 1) })],
  ],
  "an offset that changes its value": [
    "OneValuePerOffset",
    [sent("a1", "b2"), fetched(), scanned({ records: records(["b2"]) })],
  ],
  "a record that nobody sent": ["OneValuePerOffset", [fetched()]],
  "a high watermark that goes back": [
    "NeverBackwards",
    [sent("a1"), fetched(), scanned({ invokedMs: 20, completedMs: 21, records: [] })],
  ],
  "a deletion that was answered and undone": [
    "NeverBackwards",
    [
      sent("a1", "b2"),
      { kind: "records-deleted", ...at, beforeOffset: 1, outcome: "asked", atMs: 5 },
      { kind: "records-deleted", ...at, beforeOffset: 1, outcome: "done", atMs: 6 },
      { kind: "restarted", how: "power-cut" },
      scanned({ invokedMs: 20, completedMs: 21, records: records(["a1", "b2"]) }),
    ],
  ],
  "an index that points too far": [
    "IndexEqualsScan",
    [
      sent("a1", "b2"),
      {
        kind: "looked",
        ...at,
        timestamp: 100,
        offset: 1,
        scan: scanned({ records: records(["a1", "b2"]) }),
      },
    ],
  ],
  "a fetch inside a batch that skips it": [
    "IndexEqualsScan",
    [sent("a1", "b2", "c3"), fetched({ fromOffset: 2, highWatermark: 9 })],
  ],
  "a fetch that returns nothing below the high watermark": [
    "IndexEqualsScan",
    [fetched({ records: [], batches: [], highWatermark: 1, lastStableOffset: 1 })],
  ],
  "a key that compaction lost": [
    "NewestPerKey",
    [
      sent("a1", "b2"),
      scanned({ records: records(["a1", "b2"]), policy: { ...kept, isCompacted: true } }),
      scanned({ records: records(["a1"]), highWatermark: 2, policy: { ...kept, isCompacted: true } }),
    ],
  ],
  "a tombstone that went too early": [
    "NewestPerKey",
    [
      sent("a1"),
      scanned({ records: records([null, "a1"]), policy: { ...kept, isCompacted: true } }),
      scanned({
        records: records(["a1"], 1),
        logStartOffset: 0,
        policy: { ...kept, isCompacted: true },
      }),
    ],
  ],
  "retention that took too much": [
    "RetentionWithinPolicy",
    [sent("b2"), scanned({ records: records(["b2"], 1), policy: { ...kept, retentionBytes: 1000 } })],
  ],
  "a duplicate of an idempotent producer": [
    "IdempotentExactlyOnce",
    [sent("a1", "b2"), scanned({ records: records(["a1", "a1", "b2"]) })],
  ],
  "a gap of an idempotent producer": [
    "IdempotentExactlyOnce",
    [sent("a1", "b2", "c3"), scanned({ records: records(["a1", "c3"]) })],
  ],
  "two owners of one partition": [
    "OneOwnerPerPartition",
    [
      { kind: "assigned", group: "g", generation: 1, member: "m", partitions: ["t-0"] },
      { kind: "assigned", group: "g", generation: 1, member: "n", partitions: ["t-0"] },
    ],
  ],
  "a committed offset that went back": ["CommittedIsStart", [committed(1), committed(2), offsetsFetched(1)]],
  "a committed offset that is forgotten": ["CommittedIsStart", [committed(1), offsetsFetched(-1)]],
  "a topic that a restart lost": [
    "TopicsAreDurable",
    [
      { kind: "topic-changing", topic: "t" },
      { kind: "topic-changed", topic: "t", topicId: "id" },
      { kind: "topics-listed", topicIds: new Map() },
    ],
  ],
  "a topic that came back": [
    "TopicsAreDurable",
    [
      { kind: "topic-changed", topic: "t", topicId: null },
      { kind: "topics-listed", topicIds: new Map([["t", "id"]]) },
    ],
  ],
  "a record of another topic of that name": [
    "OneValuePerOffset",
    [sent("a1"), { ...fetched(), topic: "t again" }],
  ],
  "a connection that stays": [
    "ResourcesReturn",
    [{ kind: "rested", connections: 1, timers: 0, openFiles: 0, queuedBytesMax: 0 }],
  ],
  "timers that stay": [
    "ResourcesReturn",
    [{ kind: "rested", connections: 0, timers: 1000, openFiles: 0, queuedBytesMax: 0 }],
  ],
  "files that stay open": [
    "ResourcesReturn",
    [{ kind: "rested", connections: 0, timers: 0, openFiles: 1000, queuedBytesMax: 0 }],
  ],
  "a queue that grows for a reader that does not read": [
    "ResourcesReturn",
    [{ kind: "rested", connections: 0, timers: 0, openFiles: 0, queuedBytesMax: 2 ** 30 }],
  ],
  "a broker that strangers silenced": [
    "AnyBytesAreSafe",
    [{ kind: "probed", isAnswered: false, afterMs: 1000 }],
  ],
};

for (const [name, history] of Object.entries(good)) {
  test(`${name} violates nothing`, () => assert.equal(violatedBy(history), null));
}

for (const [name, [invariant, history]] of Object.entries(bad)) {
  test(`${name} violates ${invariant}`, () => assert.equal(violatedBy(history), invariant));
}

test("every invariant is shown to catch something", () => {
  const caught = new Set(Object.values(bad).map(([invariant]) => invariant));
  assert.deepEqual(
    brokerInvariants()
      .map(({ name }) => name)
      .filter((name) => !caught.has(name)),
    [],
  );
});
