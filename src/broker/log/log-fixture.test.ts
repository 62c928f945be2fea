import type { Env } from "../../ports/env.ts";
import type { LogConfig } from "../../core/log/log-config.ts";
import { batchSizeBytes, buildBatch, decodeRecords, type BatchInput } from "../../wire/kafka/record-batch.ts";
import { LogStore } from "./log-store.ts";
import type { PartitionLog } from "./partition-log.ts";
import type { LogStoreLimits } from "./store-limits.ts";

export { World } from "../../sim/world.ts";

/** What the tests of this folder share. The file ends in `.test.ts` because only tests may import the simulator. */

export const DATA = "/data";

export function config(changes: Partial<LogConfig> = {}): LogConfig {
  return {
    cleanupPolicyDelete: true,
    cleanupPolicyCompact: false,
    compressionType: "producer",
    deleteRetentionMs: 86_400_000,
    fileDeleteDelayMs: 60_000,
    flushMessages: Infinity,
    flushMs: Infinity,
    fsyncBeforeAck: true,
    indexIntervalBytes: 100,
    maxCompactionLagMs: Infinity,
    maxMessageBytes: 1_048_588,
    messageTimestampAfterMaxMs: 3_600_000,
    messageTimestampBeforeMaxMs: Infinity,
    messageTimestampType: "CreateTime",
    minCleanableDirtyRatio: 0.5,
    minCompactionLagMs: 0,
    minInsyncReplicas: 1,
    retentionBytes: -1,
    retentionMs: -1,
    segmentBytes: 1 << 20,
    segmentIndexBytes: 10 << 20,
    segmentJitterMs: 0,
    segmentMs: 604_800_000,
    ...changes,
  };
}

export function openStore(env: Env, limits: Partial<LogStoreLimits> = {}): Promise<LogStore> {
  return LogStore.open(env, {
    directories: [DATA],
    nodeId: 1,
    clusterId: "AAAAAAAAAAAAAAAAAAAAAA",
    configFor: () => config(),
    limits,
  });
}

/** A batch as a client sends it. */
export function batchOf(values: readonly string[], more: Partial<BatchInput> = {}): Buffer {
  return buildBatch({
    baseOffset: 0,
    timestamp: 1_750_000_000_000,
    records: values.map((value) => ({ key: null, value: Buffer.from(value) })),
    ...more,
  });
}

export function valuesIn(pieces: readonly Buffer[]): string[] {
  const bytes = Buffer.concat(pieces);
  const values: string[] = [];
  for (let at = 0; at < bytes.length; at += batchSizeBytes(bytes, at)) {
    for (const record of decodeRecords(bytes, at)) values.push(record.value?.toString() ?? "null");
  }
  return values;
}

/** Every value from the log's start on, in reads of a few batches. */
export async function readAll(log: PartitionLog, maxBytes = 500): Promise<string[]> {
  const values: string[] = [];
  let offset = log.logStartOffset;
  while (offset < log.logEndOffset) {
    const pieces = await log.read({ offset, maxBytes, minOneBatch: true, upperOffset: log.logEndOffset });
    if (pieces.length === 0) break;
    const bytes = Buffer.concat(pieces);
    for (let at = 0; at < bytes.length; at += batchSizeBytes(bytes, at)) {
      for (const record of decodeRecords(bytes, at)) {
        if (record.offset < offset) continue;
        values.push(record.value?.toString() ?? "null");
        offset = record.offset + 1;
      }
    }
  }
  return values;
}
