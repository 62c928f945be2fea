import assert from "node:assert/strict";
import { test } from "node:test";
import type { HistoryEvent, Scanned, SeenRecord } from "./history.ts";
import { clientInvariants } from "./index.ts";

const at = { topic: "t", partition: 0 } as const;
const client = "app.1/c";

function record(offset: number, value: string): SeenRecord {
  return { offset, timestampMs: 100 + offset, key: null, value };
}

function scanned(...values: string[]): Scanned {
  const records = values.map((value, offset) => record(offset, value));
  return {
    kind: "scanned",
    ...at,
    invokedMs: 1000,
    completedMs: 1001,
    highWatermark: records.length,
    lastStableOffset: records.length,
    logStartOffset: 0,
    policy: { isCompacted: false, retentionBytes: null, deleteRetentionMs: 0 },
    records,
    batches: records.map(({ offset }) => ({ baseOffset: offset, lastOffset: offset, sizeBytes: 100 })),
  };
}

/** Records are handed to the producer at 0 ms and must be settled by 100 ms. */
function called(values: readonly string[], rest: { acks?: 0 | 1 | -1; isIdempotent?: boolean } = {}) {
  return values.flatMap((value): HistoryEvent[] => [
    { kind: "sent", ...at, producer: client, isIdempotent: true, values: [value] },
    {
      kind: "send-called",
      client,
      ...at,
      value,
      acks: -1,
      isIdempotent: true,
      keepsOrder: true,
      atMs: 0,
      settlesByMs: 100,
      ...rest,
    },
  ]);
}

/** A batch of records of 10 bytes each. */
function written(values: readonly string[], acks: 0 | 1 | -1 = -1): HistoryEvent {
  return { kind: "batch-written", client, ...at, acks, values, sizeBytes: 10 * values.length };
}

function answered(values: readonly string[], error = "NONE"): HistoryEvent {
  return { kind: "batch-answered", client, ...at, values, error };
}

function acknowledged(value: string, offset: number, atMs = 50): HistoryEvent {
  return { kind: "send-settled", client, value, atMs, acknowledged: { ...at, offset } };
}

function failed(value: string, atMs = 50): HistoryEvent {
  return { kind: "send-settled", client, value, atMs, acknowledged: null };
}

function freed(records: number): HistoryEvent {
  return { kind: "batch-freed", client, ...at, records, reason: "acknowledged" };
}

function memory(bufferedBytes: number): HistoryEvent {
  return { kind: "memory-seen", client, bufferedBytes };
}

function delivered(offset: number, reader = client): HistoryEvent {
  return { kind: "delivered", client: reader, group: "g", ...at, record: record(offset, `v${offset}`) };
}

function processed(offset: number): HistoryEvent {
  return { kind: "processed", client, group: "g", ...at, offset };
}

function committed(offset: number): HistoryEvent {
  const times = { invokedMs: offset * 10, atMs: offset * 10 + 5 };
  return { kind: "committed", group: "g", ...at, offset, metadata: "", outcome: "done", ...times };
}

function assigned(partitions: readonly string[], generation = 1, member = client): HistoryEvent {
  return { kind: "assigned", group: "g", generation, member, client: member, partitions };
}

function offsetsFetched(offset: number): HistoryEvent {
  return { kind: "offsets-fetched", group: "g", ...at, offset, metadata: "", invokedMs: 500, client };
}

const rested = {
  kind: "client-rested",
  program: "app.1/",
  connections: 0,
  timers: 0,
  bufferedBytes: 0,
} as const;
const stored = called(["v0", "v1", "v2"]);

function violatedBy(history: readonly HistoryEvent[]): string | null {
  const invariants = clientInvariants();
  try {
    for (const event of history) for (const invariant of invariants) invariant.observe(event);
    return null;
  } catch (error) {
    return (error as { invariant?: string }).invariant ?? String(error);
  }
}

const good: Record<string, HistoryEvent[]> = {
  "a plain run": [
    ...called(["v0", "v1"]),
    written(["v0", "v1"]),
    memory(20),
    answered(["v0", "v1"]),
    freed(2),
    acknowledged("v0", 0),
    acknowledged("v1", 1),
    memory(0),
    scanned("v0", "v1"),
    rested,
  ],
  "a batch that is written again": [
    ...called(["v0"]),
    written(["v0"]),
    answered(["v0"], "NOT_LEADER_OR_FOLLOWER"),
    memory(10),
    written(["v0"]),
    answered(["v0"], "DUPLICATE_SEQUENCE_NUMBER"),
    acknowledged("v0", -1),
    scanned("v0"),
  ],
  "a send that failed and was stored all the same": [
    ...called(["v0"]),
    written(["v0"]),
    failed("v0"),
    memory(0),
    scanned("v0"),
  ],
  "a batch that asks for no answer": [...called(["v0"], { acks: 0 }), written(["v0"], 0), memory(0)],
  "what a killed program owed": [
    ...called(["v0"]),
    written(["v0"]),
    { kind: "client-died", program: "app.1/" },
    memory(0),
    rested,
  ],
  "duplicates without idempotence": [...called(["v0"], { isIdempotent: false }), scanned("v0", "v0")],
  "a group that reads on after a rebalance": [
    ...stored,
    assigned(["t-0"]),
    offsetsFetched(-1),
    delivered(0),
    processed(0),
    delivered(1),
    committed(1),
    assigned(["t-0"], 2),
    offsetsFetched(1),
    delivered(1),
    processed(1),
    delivered(2),
    processed(2),
    committed(3),
    offsetsFetched(3),
    scanned("v0", "v1", "v2"),
    { kind: "group-drained", group: "g", afterMs: 100 },
  ],
  "a consumer that was moved back": [
    ...stored,
    assigned(["t-0"]),
    offsetsFetched(-1),
    delivered(0),
    delivered(1),
    { kind: "sought", client, ...at, offset: 0 },
    delivered(0),
  ],
};

const bad: Record<string, [invariant: string, history: HistoryEvent[]]> = {
  "an acknowledged record that is missing": [
    "AckedIsReadable",
    [
      ...called(["v0"]),
      { kind: "produced", ...at, acks: -1, baseOffset: 0, values: ["v0"] },
      { kind: "restarted", how: "killed" },
      scanned(),
    ],
  ],
  "a duplicate of an acknowledged record": [
    "IdempotentExactlyOnce",
    [...called(["v0"]), written(["v0"]), answered(["v0"]), acknowledged("v0", 0), scanned("v0", "v0")],
  ],
  "a duplicate of a record that failed": [
    "IdempotentExactlyOnce",
    [...called(["v0"]), failed("v0"), scanned("v0", "v0")],
  ],
  "acknowledged records in another order": [
    "IdempotentExactlyOnce",
    [
      ...called(["v0", "v1"]),
      written(["v0", "v1"]),
      answered(["v0", "v1"]),
      acknowledged("v0", 1),
      acknowledged("v1", 0),
      scanned("v1", "v0"),
    ],
  ],
  "an acknowledged record of which no offset is known, and which is nowhere": [
    "IdempotentExactlyOnce",
    [
      ...called(["v0"]),
      written(["v0"]),
      answered(["v0"], "DUPLICATE_SEQUENCE_NUMBER"),
      acknowledged("v0", -1),
      scanned(),
    ],
  ],
  "a batch that is freed when it is written": [
    "FreedWhenAcknowledged",
    [...called(["v0"]), written(["v0"]), memory(0)],
  ],
  "a batch that is freed when it is refused, and will be sent again": [
    "FreedWhenAcknowledged",
    [...called(["v0"]), written(["v0"]), answered(["v0"], "NOT_LEADER_OR_FOLLOWER"), memory(0)],
  ],
  "a batch that is called acknowledged and freed while it is on its way": [
    "FreedWhenAcknowledged",
    [...called(["v0"]), written(["v0"]), freed(1)],
  ],
  "a batch that is freed twice": [
    "FreedWhenAcknowledged",
    [...called(["v0"]), written(["v0"]), answered(["v0"]), freed(1), freed(1)],
  ],
  "a caller who is told of success before the broker said so": [
    "FreedWhenAcknowledged",
    [...called(["v0"]), written(["v0"]), acknowledged("v0", 0)],
  ],
  "a send that takes too long": ["SendsSettleInTime", [...called(["v0"]), failed("v0", 101)]],
  "a send that a closed producer forgot": ["SendsSettleInTime", [...called(["v0"]), rested]],
  "a send that is settled twice": ["SendsSettleInTime", [...called(["v0"]), failed("v0"), failed("v0")]],
  "two owners of one partition": [
    "OneOwnerPerPartition",
    [assigned(["t-0"]), assigned(["t-0"], 1, "another")],
  ],
  "a commit that was forgotten": [
    "CommittedIsStart",
    [...stored, processed(0), committed(1), offsetsFetched(-1)],
  ],
  "a start that is not where it was committed": [
    "CommittedIsStart",
    [...stored, processed(0), committed(1), assigned(["t-0"]), offsetsFetched(1), delivered(2)],
  ],
  "an old position after another owner": [
    "CommittedIsStart",
    [
      ...stored,
      assigned(["t-0"]),
      offsetsFetched(-1),
      delivered(0),
      assigned([], 2),
      assigned(["t-0"], 3),
      offsetsFetched(-1),
      delivered(1),
    ],
  ],
  "a commit of what is still being processed": [
    "CommittedIsProcessed",
    [...stored, assigned(["t-0"]), offsetsFetched(-1), delivered(0), committed(1)],
  ],
  "a record that is skipped": [
    "NoPollSkip",
    [...stored, assigned(["t-0"]), offsetsFetched(-1), delivered(0), delivered(2)],
  ],
  "a record that is delivered twice": [
    "NoPollSkip",
    [...stored, assigned(["t-0"]), offsetsFetched(-1), delivered(0), delivered(1), delivered(1)],
  ],
  "a record of a paused partition": [
    "NoPollSkip",
    [
      ...stored,
      assigned(["t-0"]),
      offsetsFetched(-1),
      delivered(0),
      { kind: "paused", client, ...at, isPaused: true },
      delivered(1),
    ],
  ],
  "a record that the group never reads": [
    "GroupProcessesAll",
    [...stored, scanned("v0"), { kind: "group-drained", group: "g", afterMs: 100 }],
  ],
  "a group that has read all and does not commit it": [
    "GroupProcessesAll",
    [...stored, processed(0), scanned("v0"), { kind: "group-drained", group: "g", afterMs: 100 }],
  ],
  "a value that nobody sent": ["OneValuePerOffset", [delivered(0)]],
  "a connection that stays": ["ClientResourcesReturn", [{ ...rested, connections: 1 }]],
  "a timer that stays": ["ClientResourcesReturn", [{ ...rested, timers: 1 }]],
  "memory that stays": ["ClientResourcesReturn", [{ ...rested, bufferedBytes: 1 }]],
};

for (const [name, history] of Object.entries(good)) {
  test(`${name} violates nothing`, () => assert.equal(violatedBy(history), null));
}

for (const [name, [invariant, history]] of Object.entries(bad)) {
  test(`${name} violates ${invariant}`, () => assert.equal(violatedBy(history), invariant));
}
