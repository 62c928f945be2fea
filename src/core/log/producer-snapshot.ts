import { crc32c } from "../../base/crc32c.ts";
import { readInt64, writeInt64 } from "../../wire/kafka/int64.ts";
import type { ProducerBatch, ProducerEntry, ProducerState } from "./producer-state.ts";

/*
 * The `.snapshot` file: the producers of a partition as of the offset in its name.
 *
 * Kafka writes one entry for each producer, with its newest batch, and so forgets the rest of the window. We
 * write an entry for every batch of the window, oldest first. Kafka's reader lets a later entry replace an
 * earlier one of the same producer, so it sees what it would have written itself.
 */

const VERSION = 1;
const HEADER_BYTES = 10;
const ENTRY_BYTES = 46;
const SEQUENCE_SPAN = 2 ** 31;

export function encodeProducerSnapshot(state: ProducerState): Buffer {
  let count = 0;
  for (const entry of state.entries()) count += Math.max(1, entry.batches.length);
  const bytes = Buffer.alloc(HEADER_BYTES + count * ENTRY_BYTES);
  bytes.writeInt16BE(VERSION, 0);
  bytes.writeInt32BE(count, 6);
  let at = HEADER_BYTES;
  for (const entry of state.entries()) {
    const batches = entry.batches.length === 0 ? [undefined] : entry.batches;
    for (const batch of batches) {
      writeEntry(bytes, at, { entry, batch });
      at += ENTRY_BYTES;
    }
  }
  bytes.writeUInt32BE(crc32c(bytes.subarray(6)), 2);
  return bytes;
}

interface Written {
  readonly entry: ProducerEntry;
  readonly batch: ProducerBatch | undefined;
}

function writeEntry(bytes: Buffer, at: number, { entry, batch }: Written): void {
  writeInt64(bytes, entry.producerId, at);
  bytes.writeInt16BE(entry.epoch, at + 8);
  bytes.writeInt32BE(batch?.lastSequence ?? -1, at + 10);
  writeInt64(bytes, batch?.lastOffset ?? -1, at + 14);
  bytes.writeInt32BE(batch === undefined ? 0 : batch.lastOffset - batch.firstOffset, at + 22);
  writeInt64(bytes, batch?.timestamp ?? entry.lastTimestamp, at + 26);
  bytes.writeInt32BE(entry.coordinatorEpoch, at + 34);
  writeInt64(bytes, entry.currentTransactionFirstOffset, at + 38);
}

/** Null when the bytes are not a whole snapshot: a crash tore it, or it has another version. */
export function decodeProducerSnapshot(bytes: Buffer, nowMs: number): ProducerEntry[] | null {
  if (bytes.length < HEADER_BYTES || bytes.readInt16BE(0) !== VERSION) return null;
  const count = bytes.readInt32BE(6);
  if (bytes.length !== HEADER_BYTES + count * ENTRY_BYTES) return null;
  if (bytes.readUInt32BE(2) !== crc32c(bytes.subarray(6))) return null;
  const entries = new Map<number, ProducerEntry>();
  for (let at = HEADER_BYTES; at < bytes.length; at += ENTRY_BYTES) {
    const entry = readEntry(bytes, at, nowMs);
    const earlier = entries.get(entry.producerId);
    if (earlier?.epoch === entry.epoch) entry.batches = [...earlier.batches, ...entry.batches];
    entries.set(entry.producerId, entry);
  }
  return [...entries.values()];
}

function readEntry(bytes: Buffer, at: number, nowMs: number): ProducerEntry {
  const lastSequence = bytes.readInt32BE(at + 10);
  const lastOffset = readInt64(bytes, at + 14);
  const offsetDelta = bytes.readInt32BE(at + 22);
  const timestamp = readInt64(bytes, at + 26);
  const batch = {
    firstSequence: (lastSequence - offsetDelta + SEQUENCE_SPAN) % SEQUENCE_SPAN,
    lastSequence,
    firstOffset: lastOffset - offsetDelta,
    lastOffset,
    timestamp,
  };
  return {
    producerId: readInt64(bytes, at),
    epoch: bytes.readInt16BE(at + 8),
    coordinatorEpoch: bytes.readInt32BE(at + 34),
    currentTransactionFirstOffset: readInt64(bytes, at + 38),
    lastTimestamp: timestamp,
    batches: lastOffset >= 0 ? [batch] : [],
    // Silence is measured anew from the start: a client's timestamps say nothing about when it was heard.
    lastSeenMs: nowMs,
  };
}
