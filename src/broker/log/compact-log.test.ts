import assert from "node:assert/strict";
import { test } from "node:test";
import type { LogConfig } from "../../core/log/log-config.ts";
import { encodeControlRecord } from "../../wire/kafka/control-records.ts";
import { batchSizeBytes, buildBatch, decodeRecords, isControl } from "../../wire/kafka/record-batch.ts";
import { config, openStore, World } from "./log-fixture.test.ts";
import type { LogStoreLimits } from "./store-limits.ts";
import type { PartitionLog } from "./partition-log.ts";

const TOPIC_ID = "AAAAAAAAAAAAAAAAAAAABw";
const CLIENT = { leaderEpoch: 0, origin: "client" } as const;
const CODECS = ["none", "gzip", "snappy", "lz4", "zstd"] as const;

async function scene(seed: number, changes: Partial<LogConfig> = {}, limits: Partial<LogStoreLimits> = {}) {
  const world = new World(seed);
  const machine = world.machine("node");
  const env = machine.boot();
  const store = await world.complete(
    openStore(env, { cleanerBackoffMs: 1e9, retentionCheckMs: 1e9, ...limits }),
  );
  const settings = config({
    cleanupPolicyDelete: false,
    cleanupPolicyCompact: true,
    segmentBytes: 700,
    ...changes,
  });
  const log = store.create({ topic: "t", topicId: TOPIC_ID, partition: 0, config: settings });
  const settle = async (): Promise<void> => {
    await world.complete(log.flush());
    log.advanceHighWatermark(log.logEndOffset);
  };
  const clean = async (): Promise<void> => {
    await settle();
    await world.complete(store.clean(store.directories[0]!));
  };
  return { world, machine, env, store, log, settle, clean };
}

interface Entry {
  readonly offset: number;
  readonly key: string;
  readonly value: string | null;
}

function put(key: string, value: string | null, more: object = {}): Buffer {
  const record = { key: Buffer.from(key), value: value === null ? null : Buffer.from(value) };
  return buildBatch({ baseOffset: 0, timestamp: 1_750_000_000_000, records: [record], ...more });
}

async function entriesOf(log: PartitionLog): Promise<Entry[]> {
  const entries: Entry[] = [];
  let offset = log.logStartOffset;
  while (offset < log.logEndOffset) {
    const pieces = await log.read({
      offset,
      maxBytes: 1000,
      minOneBatch: true,
      upperOffset: log.logEndOffset,
    });
    const bytes = Buffer.concat(pieces);
    if (bytes.length === 0) break;
    for (let at = 0; at < bytes.length; at += batchSizeBytes(bytes, at)) {
      const records = isControl(bytes, at) ? [] : decodeRecords(bytes, at);
      for (const record of records) {
        if (record.offset < offset) continue;
        const value = record.value?.toString() ?? null;
        entries.push({ offset: record.offset, key: record.key!.toString(), value });
      }
      offset = Math.max(offset, Number(bytes.readBigInt64BE(at)) + bytes.readInt32BE(at + 23) + 1);
    }
  }
  return entries;
}

function latest(entries: readonly Entry[]): Map<string, Entry> {
  const byKey = new Map<string, Entry>();
  for (const entry of entries) byKey.set(entry.key, entry);
  return byKey;
}

test("compaction keeps each key's newest record at its offset, whatever the codec, and leaves the rest", async () => {
  for (let seed = 1; seed <= 15; seed += 1) {
    const { world, machine, log, store, settle, clean } = await scene(seed);
    const { random } = world;
    const written: Entry[] = [];
    for (let round = 0; round < 3; round += 1) {
      for (let i = 0; i < 40; i += 1) {
        const codec = CODECS[random.below(CODECS.length)]!;
        const records = Array.from({ length: 1 + random.below(4) }, (_, index) => {
          const key = `k${random.below(12)}`;
          const value = random.chance(0.15) ? null : `${seed}/${round}/${i}/${index}`;
          written.push({ offset: written.length, key, value });
          return { key: Buffer.from(key), value: value === null ? null : Buffer.from(value) };
        });
        log.append(buildBatch({ baseOffset: 0, timestamp: 1_750_000_000_000 + i, records, codec }), CLIENT);
        if (random.chance(0.2)) await settle();
      }
      await clean();
      const found = await world.complete(entriesOf(log));
      assert.deepEqual(latest(found), latest(written), `seed ${seed}`);
      for (const entry of found) assert.deepEqual(entry, written[entry.offset], `seed ${seed}`);
      const closed = found.filter((entry) => entry.offset < log.active.baseOffset);
      assert.equal(
        new Set(closed.map((entry) => entry.key)).size,
        closed.length,
        "closed segments hold each key once",
      );
    }
    await world.complete(store.close());
    const again = await world.complete(openStore(machine.boot()));
    const found = await world.complete(entriesOf(again.get("t", 0)!));
    assert.deepEqual(latest(found), latest(written), `seed ${seed}`);
    await world.complete(again.close());
  }
});

test("a power cut at any time during compaction loses no key's newest value", async () => {
  for (let seed = 1; seed <= 60; seed += 1) {
    const { world, machine, log, store, settle } = await scene(seed);
    const written: Entry[] = [];
    for (let i = 0; i < 60; i += 1) {
      const key = `k${world.random.below(8)}`;
      written.push({ offset: i, key, value: `v${i}` });
      log.append(put(key, `v${i}`), CLIENT);
      if (i % 7 === 0) await settle();
    }
    await settle();
    void store.clean(store.directories[0]!);
    await world.complete(world.scheduler.sleep(world.random.below(60)));
    machine.cutPower({ keep: 1, lose: 1, tear: 1 });
    const again = await world.complete(openStore(machine.boot()));
    const reopened = again.get("t", 0)!;
    assert.equal(reopened.logEndOffset, 60, `seed ${seed}`);
    const found = await world.complete(entriesOf(reopened));
    assert.deepEqual(latest(found), latest(written), `seed ${seed}`);
    const offsets = found.map((entry) => entry.offset);
    assert.deepEqual(
      offsets,
      offsets.toSorted((a, b) => a - b),
      `seed ${seed}: offsets ascend`,
    );
    await world.complete(again.close());
  }
});

test("keys that do not fit in memory are compacted in several passes", async () => {
  const { world, log, store, clean } = await scene(
    1,
    { minCleanableDirtyRatio: 0 },
    { cleanerKeyBytesMax: 500 },
  );
  for (let i = 0; i < 100; i += 1) log.append(put(`k${i % 20}`, `v${i}`), CLIENT);
  await world.complete(log.flush());
  for (let i = 100; i < 200; i += 1) log.append(put(`k${i % 20}`, `v${i}`), CLIENT);
  await clean();
  const found = await world.complete(entriesOf(log));
  const closed = found.filter((entry) => entry.offset < log.active.baseOffset);
  assert.equal(closed.length, 20);
  await world.complete(store.close());
});

test("a tombstone stays for delete.retention.ms after it was first cleaned, then goes", async () => {
  const { world, log, store, clean } = await scene(1, { deleteRetentionMs: 1000, minCleanableDirtyRatio: 0 });
  const fill = async (): Promise<void> => {
    for (let i = 0; i < 10; i += 1) log.append(put(`f${i}`, "x".repeat(60)), CLIENT);
    await world.complete(log.flush());
  };
  log.append(put("a", "1"), CLIENT);
  log.append(put("a", null), CLIENT);
  await fill();
  await fill();
  await clean();
  const tombstones = async (): Promise<number> =>
    (await world.complete(entriesOf(log))).filter((entry) => entry.key === "a").length;
  assert.equal(await tombstones(), 1);
  await fill();
  await clean();
  assert.equal(await tombstones(), 1, "its time has not come");
  await world.complete(world.scheduler.sleep(2000));
  await fill();
  await clean();
  assert.equal(await tombstones(), 0);
  await world.complete(store.close());
});

test("aborted data go, their marker stays one round longer, and the last sequence of a producer is kept", async () => {
  const { world, machine, log, store, clean } = await scene(1, {
    deleteRetentionMs: 0,
    minCleanableDirtyRatio: 0,
  });
  const transactional = (key: string, sequence: number): Buffer =>
    put(key, "aborted", { producerId: 9, producerEpoch: 0, baseSequence: sequence, isTransactional: true });
  const record = encodeControlRecord({ kind: "abort", value: { coordinatorEpoch: 0 } });
  const marker = buildBatch({
    baseOffset: 0,
    timestamp: 1_750_000_000_000,
    records: [record],
    producerId: 9,
    producerEpoch: 0,
    isControl: true,
    isTransactional: true,
  });
  const fill = async (): Promise<void> => {
    for (let i = 0; i < 20; i += 1) log.append(put(`f${i}`, "x".repeat(60)), CLIENT);
    await world.complete(log.flush());
  };
  log.append(put("a", "kept", { producerId: 5, producerEpoch: 0, baseSequence: 0 }), CLIENT);
  await world.complete(log.flush()); // Before its first sync a log does not roll.
  log.append(transactional("a", 0), CLIENT);
  log.append(transactional("b", 1), CLIENT);
  log.append(marker, { leaderEpoch: 0, origin: "coordinator" });
  await fill();
  await clean();
  const entries = await world.complete(entriesOf(log));
  assert.deepEqual(
    entries.filter((entry) => ["a", "b"].includes(entry.key)).map((entry) => entry.value),
    ["kept"],
  );
  assert.deepEqual(
    log.abortedTransactions(0, 100).map((transaction) => transaction.lastOffset),
    [3],
  );
  assert.equal(await world.complete(markers(log)), 1);
  log.append(put("a", "newer"), CLIENT);
  await fill();
  await clean();
  await fill();
  await clean();
  await world.complete(store.close());
  const again = await world.complete(openStore(machine.boot()));
  const repeated = put("a", "kept", { producerId: 5, producerEpoch: 0, baseSequence: 0 });
  assert.equal(again.get("t", 0)!.append(repeated, CLIENT).kind, "duplicate");
  await world.complete(again.close());
});

async function markers(log: PartitionLog): Promise<number> {
  const pieces = await log.read({
    offset: 0,
    maxBytes: 1e6,
    minOneBatch: true,
    upperOffset: log.logEndOffset,
  });
  const bytes = Buffer.concat(pieces);
  let count = 0;
  for (let at = 0; at < bytes.length; at += batchSizeBytes(bytes, at)) if (isControl(bytes, at)) count += 1;
  return count;
}
