import { CODEC_NAMES, compress, type CodecName } from "../../base/compression.ts";
import { crc32c } from "../../base/crc32c.ts";
import {
  ATTRIBUTES_AT,
  attributesFrom,
  BATCH_HEADER_BYTES,
  setCrcValue,
  setProducer,
  writeBatchHeader,
} from "../../wire/kafka/batch-header.ts";
import type { BatchMemory } from "./batch-memory.ts";
import { writeRecord, type RecordFields } from "../../wire/kafka/record-encoding.ts";

export interface Compression {
  readonly codec: CodecName;
  /** gzip 1 to 9, zstd -131072 to 22; the library's own default when absent. */
  readonly level?: number | undefined;
}

export interface BatchNumbers {
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly baseSequence: number;
}

/** Of a producer that is not idempotent. */
export const NO_NUMBERS: BatchNumbers = { producerId: -1, producerEpoch: -1, baseSequence: -1 };

/**
 * One record batch, built in the memory from which it is sent. It is open while records are appended, then sealed
 * (header and compression), stamped with the numbers of the producer, sent as often as need be, and freed once.
 */
export class BatchBuffer {
  private readonly memory: BatchMemory;
  private readonly sizeBytesMax: number;
  private bytes: Buffer;
  private end = BATCH_HEADER_BYTES; // Exclusive: where the next record goes.
  private packed: Buffer | null = null; // The records, when they were compressed.
  private baseTimestamp = 0;
  private maxTimestamp = 0;
  private isSealed = false;
  recordCount = 0;

  /** @param sizeBytesMax What the batch may grow to, if there is memory. `bytes` came from `memory`. */
  constructor(memory: BatchMemory, bytes: Buffer, sizeBytesMax: number) {
    this.memory = memory;
    this.bytes = bytes;
    this.sizeBytesMax = sizeBytesMax;
  }

  /** Bytes as they travel, once sealed; until then, as they are written. */
  get sizeBytes(): number {
    return this.packed === null ? this.end : BATCH_HEADER_BYTES + this.packed.length;
  }

  /** Whether another record of this size can be appended; takes more memory for it when need be. */
  makeRoom(recordBytes: number): boolean {
    const needed = this.end + recordBytes;
    if (this.isSealed || needed > this.sizeBytesMax) return false;
    return needed <= this.bytes.length || this.grow(needed);
  }

  private grow(needed: number): boolean {
    const larger = this.memory.take(Math.min(this.sizeBytesMax, Math.max(needed, this.bytes.length * 2)));
    if (larger === null) return false;
    this.bytes.copy(larger, 0, 0, this.end);
    this.memory.give(this.bytes);
    this.bytes = larger;
    return true;
  }

  /** Appends a record for which `makeRoom` made room; returns its place in the batch. */
  append(fields: RecordFields, timestamp: number): number {
    const offsetDelta = this.recordCount;
    if (offsetDelta === 0) {
      this.baseTimestamp = timestamp;
      this.maxTimestamp = timestamp;
    } else if (timestamp > this.maxTimestamp) this.maxTimestamp = timestamp;
    const timestampDelta = timestamp - this.baseTimestamp;
    this.end = writeRecord(this.bytes, { offsetDelta, timestampDelta, at: this.end }, fields);
    this.recordCount = offsetDelta + 1;
    return offsetDelta;
  }

  /** Ends the batch. With a codec its memory shrinks to what the packed records take. Sealing twice is fine. */
  seal({ codec, level }: Compression): void {
    if (this.isSealed) return;
    this.isSealed = true;
    if (codec !== "none") this.pack(compress(codec, this.records(), { level }));
    writeBatchHeader(this.bytes, this.sizeBytes, {
      baseOffset: 0,
      partitionLeaderEpoch: -1,
      attributes: attributesFrom({ codec: CODEC_NAMES.indexOf(codec) }),
      lastOffsetDelta: this.recordCount - 1,
      baseTimestamp: this.baseTimestamp,
      maxTimestamp: this.maxTimestamp,
      producerId: NO_NUMBERS.producerId, // Until it is stamped.
      producerEpoch: NO_NUMBERS.producerEpoch,
      baseSequence: NO_NUMBERS.baseSequence,
      recordCount: this.recordCount,
    });
  }

  private records(): Buffer {
    return this.bytes.subarray(BATCH_HEADER_BYTES, this.end);
  }

  private pack(packed: Buffer): void {
    this.packed = packed;
    this.memory.count(packed.length);
    this.memory.give(this.bytes);
    this.bytes = this.memory.takeAnyway(BATCH_HEADER_BYTES);
    this.end = BATCH_HEADER_BYTES;
  }

  /** Writes the producer's numbers and the checksum over all. The batch must be sealed and not on its way. */
  stamp(numbers: BatchNumbers): void {
    const header = this.bytes;
    setProducer(header, numbers);
    const own = crc32c(header.subarray(ATTRIBUTES_AT, this.end));
    setCrcValue(header, 0, this.packed === null ? own : crc32c(this.packed, own));
  }

  /** The batch as it travels, in one or two pieces. They must not be used after `free`. */
  pieces(): Buffer[] {
    const first = this.bytes.subarray(0, this.end);
    return this.packed === null ? [first] : [first, this.packed];
  }

  /** Gives the memory back, once; nothing of the batch may be used any more. */
  free(): void {
    this.memory.give(this.bytes);
    if (this.packed !== null) this.memory.uncount(this.packed.length);
    this.packed = null;
  }
}
