import type { Broker } from "../broker/broker.ts";
import type { Partition } from "../broker/partition.ts";
import { batchSizeBytes, isControl, lastOffsetOf } from "../wire/kafka/record-batch.ts";
import { decodeRecords, type DecodedRecord } from "../wire/kafka/decode-records.ts";

/** A record as a test likes to see it. */
export interface TestRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** In ms since 1970. */
  readonly timestampMs: number;
  /** The key as UTF-8 text; null when there is none. */
  readonly key: string | null;
  /** The value as UTF-8 text; null for a tombstone. */
  readonly value: string | null;
  /** As UTF-8 text; of a key that comes twice, the last. */
  readonly headers: Readonly<Record<string, string | null>>;
  readonly keyBytes: Buffer | null;
  readonly valueBytes: Buffer | null;
  /** The value as JSON. Throws SyntaxError when it is none. */
  json(): unknown;
}

const READ_BYTES_MAX = 1024 * 1024;

/** Every committed record of a topic that is still there, partition by partition, in order. */
export async function readTopic(broker: Broker, topic: string): Promise<TestRecord[]> {
  const partitions = [...broker.partitions.ofTopic(topic)].sort((left, right) => left.index - right.index);
  const records = await Promise.all(partitions.map(readPartition));
  return records.flat();
}

async function readPartition({ topic, index, log }: Partition): Promise<TestRecord[]> {
  const records: TestRecord[] = [];
  const startOffset = log.logStartOffset;
  const upperOffset = log.highWatermark;
  let offset = startOffset;
  while (offset < upperOffset) {
    const pieces = await log.read({ offset, maxBytes: READ_BYTES_MAX, minOneBatch: true, upperOffset });
    const bytes = Buffer.concat(pieces);
    if (bytes.length === 0) break;
    for (let at = 0; at < bytes.length; at += batchSizeBytes(bytes, at)) {
      offset = lastOffsetOf(bytes, at) + 1;
      if (isControl(bytes, at)) continue;
      for (const record of decodeRecords(bytes, at)) {
        if (record.offset >= startOffset) records.push(testRecord(record, { topic, partition: index }));
      }
    }
  }
  return records;
}

function testRecord(record: DecodedRecord, place: { topic: string; partition: number }): TestRecord {
  const { offset, timestamp, key, value, headers } = record;
  return {
    ...place,
    offset,
    timestampMs: timestamp,
    key: key?.toString() ?? null,
    value: value?.toString() ?? null,
    headers: Object.fromEntries(headers.map((header) => [header.key, header.value?.toString() ?? null])),
    keyBytes: key,
    valueBytes: value,
    json: () => JSON.parse(value?.toString() ?? "null") as unknown,
  };
}
