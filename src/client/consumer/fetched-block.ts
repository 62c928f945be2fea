import { controlKindOf } from "../../wire/kafka/control-records.ts";
import { decodeRecords, recordsBlock } from "../../wire/kafka/decode-records.ts";
import {
  BATCH_HEADER_BYTES,
  MAGIC,
  baseOffsetOf,
  baseTimestampOf,
  batchSizeBytes,
  crcIsValid,
  isControl,
  isLogAppendTime,
  isTransactional,
  lastOffsetOf,
  magicOf,
  maxTimestampOf,
  partitionLeaderEpochOf,
  producerIdOf,
  recordCountOf,
} from "../../wire/kafka/record-batch.ts";
import { DecodeError } from "../../wire/kafka/reader.ts";
import type { ConsumerRecord } from "./consumer-record.ts";
import { RecordCursor, type RecordShape } from "./record-cursor.ts";

/** A transaction that was aborted, as Fetch tells it: which producer's, and where it begins. */
export interface AbortedTransaction {
  readonly producerId: number;
  readonly firstOffset: number;
}

export interface BlockOptions {
  /** Ordered by `firstOffset`; null when aborted records are to be seen too (read_uncommitted). */
  readonly aborted: readonly AbortedTransaction[] | null;
  readonly checksCrcs: boolean;
}

/**
 * The records of one partition from one Fetch response, decoded as they are asked for. A block begins with the batch
 * that holds the offset which was fetched, so older records may lead; it may end in a part of a batch, which the next
 * fetch brings whole. Control batches are the transaction coordinator's, not the reader's.
 */
export class FetchedBlock {
  private readonly bytes: Buffer;
  private readonly options: BlockOptions;
  private readonly abortedProducers = new Set<number>();
  private abortedIndex = 0; // The first of `options.aborted` that begins beyond what was read.
  private at = 0; // Where the next batch begins.
  private readonly wholeBytes: number; // Exclusive end of the last batch that is there in whole.
  private cursor: RecordCursor | null = null; // In the batch before it, while it has records left.
  private cursorEnd = 0; // Exclusive end of that batch's offsets.
  /** The next offset to hand over; behind the last whole batch when all is read, also when nothing was to be seen. */
  nextOffset: number;
  /** Of the batch that was entered last; -1 before the first. */
  leaderEpoch = -1;

  /** Behind the last whole batch: where the next fetch goes on, with the epoch that it is from. */
  readonly end: { readonly offset: number; readonly leaderEpoch: number };

  /** @throws DecodeError when the bytes are not batches of the present format. */
  constructor(bytes: Buffer, fetchOffset: number, options: BlockOptions) {
    this.bytes = bytes;
    this.nextOffset = fetchOffset;
    this.options = options;
    let at = 0;
    let end = { offset: fetchOffset, leaderEpoch: -1 };
    for (; this.isWhole(at); at += batchSizeBytes(bytes, at)) {
      const offset = Math.max(end.offset, lastOffsetOf(bytes, at) + 1);
      end = { offset, leaderEpoch: partitionLeaderEpochOf(bytes, at) };
    }
    this.end = end;
    this.wholeBytes = at;
  }

  /** Whether nothing is left to take. */
  get isDone(): boolean {
    return this.cursor === null && this.at >= this.wholeBytes;
  }

  get sizeBytes(): number {
    return this.bytes.length;
  }

  /**
   * Appends up to `count` more records to `records`; fewer only when the block has no more.
   * @throws DecodeError when the bytes are not what was written, ClientError when a deserializer fails; the records
   * before the failure have been appended, and the next call fails again.
   */
  take<K, V>(records: ConsumerRecord<K, V>[], count: number, shape: RecordShape<K, V>): void {
    const end = records.length + count;
    while (records.length < end) {
      const { cursor } = this;
      if (cursor === null) {
        if (!this.enterBatch()) return;
        continue;
      }
      while (cursor.left > 0 && records.length < end) {
        const record = cursor.next(shape, this.nextOffset);
        if (record !== null) {
          records.push(record);
          this.nextOffset = record.offset + 1;
        }
        cursor.advance();
      }
      if (cursor.left === 0) {
        this.cursor = null;
        this.nextOffset = this.cursorEnd;
      }
    }
  }

  /** Finds the next batch that has something to see; false at the block's end. */
  private enterBatch(): boolean {
    const { bytes } = this;
    while (this.at < this.wholeBytes) {
      const { at } = this;
      const lastOffset = lastOffsetOf(bytes, at);
      if (lastOffset >= this.nextOffset && this.isVisible(at)) {
        this.open(at);
        this.at += batchSizeBytes(bytes, at);
        return true;
      }
      this.at += batchSizeBytes(bytes, at);
      this.nextOffset = Math.max(this.nextOffset, lastOffset + 1);
    }
    return false;
  }

  private isWhole(at: number): boolean {
    const { bytes } = this;
    if (bytes.length - at < BATCH_HEADER_BYTES) return false;
    const sizeBytes = batchSizeBytes(bytes, at);
    if (sizeBytes >= BATCH_HEADER_BYTES && magicOf(bytes, at) === MAGIC)
      return sizeBytes <= bytes.length - at;
    throw new DecodeError(
      `The batch at offset ${baseOffsetOf(bytes, at)} is of a format before Kafka 0.11, or broken`,
    );
  }

  private isVisible(at: number): boolean {
    const { bytes } = this;
    if (this.options.checksCrcs && !crcIsValid(bytes, at)) {
      throw new DecodeError(`The batch at offset ${baseOffsetOf(bytes, at)} does not match its checksum`);
    }
    if (this.options.aborted !== null) this.noteAborted(this.options.aborted, lastOffsetOf(bytes, at));
    if (isControl(bytes, at)) {
      if (this.endsAborted(at)) this.abortedProducers.delete(producerIdOf(bytes, at));
      return false;
    }
    return !isTransactional(bytes, at) || !this.abortedProducers.has(producerIdOf(bytes, at));
  }

  private noteAborted(aborted: readonly AbortedTransaction[], lastOffset: number): void {
    while (this.abortedIndex < aborted.length && aborted[this.abortedIndex]!.firstOffset <= lastOffset) {
      this.abortedProducers.add(aborted[this.abortedIndex]!.producerId);
      this.abortedIndex += 1;
    }
  }

  private endsAborted(at: number): boolean {
    if (this.abortedProducers.size === 0) return false;
    const key = decodeRecords(this.bytes, at)[0]?.key;
    return key !== null && key !== undefined && controlKindOf(key) === "abort";
  }

  private open(at: number): void {
    const { bytes } = this;
    this.leaderEpoch = partitionLeaderEpochOf(bytes, at);
    this.cursorEnd = lastOffsetOf(bytes, at) + 1;
    this.cursor = new RecordCursor(recordsBlock(bytes, at), {
      count: recordCountOf(bytes, at),
      baseOffset: baseOffsetOf(bytes, at),
      baseTimestamp: baseTimestampOf(bytes, at),
      appendTimestamp: isLogAppendTime(bytes, at) ? maxTimestampOf(bytes, at) : null,
      leaderEpoch: this.leaderEpoch,
    });
  }
}
