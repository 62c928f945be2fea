import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { basename, dirname } from "node:path";
import { CODEC_NAMES } from "../../base/compression.ts";
import { decodeRecords } from "../../wire/kafka/decode-records.ts";
import { DecodeError } from "../../wire/kafka/reader.ts";
import {
  BATCH_HEADER_BYTES,
  BATCH_PREFIX_BYTES,
  baseOffsetOf,
  baseSequenceOf,
  batchSizeBytes,
  codecOf,
  crcIsValid,
  isControl,
  isTransactional,
  lastOffsetOf,
  magicOf,
  maxTimestampOf,
  partitionLeaderEpochOf,
  producerEpochOf,
  producerIdOf,
  recordCountOf,
} from "../../wire/kafka/record-batch.ts";
import type { Entry } from "./entry.ts";
import { recordReader } from "./record-reader.ts";

/** Beyond this a length field is taken for garbage rather than memory set aside for it. */
const BATCH_BYTES_MAX = 1024 * 1024 * 1024;

/** Every batch of a segment, with `deep` every record too. What does not parse ends the walk and is said. */
export function* dumpSegment(path: string, { deep }: { deep: boolean }): Generator<Entry> {
  const file = openSync(path, "r");
  try {
    const fileBytes = fstatSync(file).size;
    const prefix = Buffer.alloc(BATCH_PREFIX_BYTES);
    let position = 0;
    while (position < fileBytes) {
      const left = fileBytes - position;
      readSync(file, prefix, 0, BATCH_PREFIX_BYTES, position);
      const sizeBytes = left < BATCH_HEADER_BYTES ? 0 : batchSizeBytes(prefix, 0);
      if (sizeBytes < BATCH_HEADER_BYTES || sizeBytes > Math.min(left, BATCH_BYTES_MAX)) {
        yield { position, problem: `${left} bytes that are no whole batch` };
        return;
      }
      const batch = Buffer.allocUnsafe(sizeBytes);
      readSync(file, batch, 0, sizeBytes, position);
      yield batchEntry(batch, position);
      if (deep) yield* recordEntries(batch, path);
      position += sizeBytes;
    }
  } finally {
    closeSync(file);
  }
}

function batchEntry(batch: Buffer, position: number): Entry {
  const producerId = producerIdOf(batch, 0);
  const producer =
    producerId < 0
      ? {}
      : { producerId, producerEpoch: producerEpochOf(batch, 0), baseSequence: baseSequenceOf(batch, 0) };
  return {
    offset: baseOffsetOf(batch, 0),
    lastOffset: lastOffsetOf(batch, 0),
    records: recordCountOf(batch, 0),
    position,
    sizeBytes: batch.length,
    maxTimestamp: maxTimestampOf(batch, 0),
    leaderEpoch: partitionLeaderEpochOf(batch, 0),
    codec: CODEC_NAMES[codecOf(batch, 0)] ?? codecOf(batch, 0),
    crc: crcIsValid(batch, 0) ? "ok" : "BAD",
    ...producer,
    ...(isTransactional(batch, 0) && { transactional: true }),
    ...(isControl(batch, 0) && { control: true }),
    ...(magicOf(batch, 0) !== 2 && { magic: magicOf(batch, 0) }),
  };
}

function* recordEntries(batch: Buffer, path: string): Generator<Entry> {
  const read = recordReader(basename(dirname(path)), isControl(batch, 0));
  const baseOffset = baseOffsetOf(batch, 0);
  try {
    for (const record of decodeRecords(batch)) {
      const { offset, timestamp, headers } = record;
      const shown = headers.map(({ key, value }) => [key, value?.toString() ?? null]);
      yield {
        batch: baseOffset,
        offset,
        timestamp,
        ...read(record),
        ...(shown.length > 0 && { headers: shown }),
      };
    }
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    yield { batch: baseOffset, problem: error.message };
  }
}
