import type { DecodedHeader } from "../../wire/kafka/decode-records.ts";
import { DecodeError } from "../../wire/kafka/reader.ts";
import { asError, ClientError } from "../client-error.ts";
import type { ConsumerRecord } from "./consumer-record.ts";
import type { Deserializer } from "../serializers.ts";
import { partitionName, type TopicPartition } from "../topic-partition.ts";

/** What the records of one partition are made to look like. */
export interface RecordShape<K, V> extends TopicPartition {
  /** Null leaves the bytes as they are. */
  readonly keyDeserializer: Deserializer<K> | null;
  readonly valueDeserializer: Deserializer<V> | null;
}

/** What a batch says of all its records. */
export interface BatchFacts {
  readonly count: number;
  readonly baseOffset: number;
  readonly baseTimestamp: number;
  /** The broker's time where it stands for that of every record, else null. */
  readonly appendTimestamp: number | null;
  readonly leaderEpoch: number;
}

const NO_HEADERS: readonly DecodedHeader[] = [];

/**
 * Walks an unpacked block of records and makes the object of each, once: it is the consumer's innermost loop. Unlike
 * `walkRecords` it can stop between two records and go on later.
 */
export class RecordCursor {
  private readonly block: Buffer;
  private readonly facts: BatchFacts;
  private position = 0;
  private start = 0; // Of the record that `next` shows.
  private limit = 0; // Exclusive: nothing of the record may lie beyond.
  /** How many records are still to come, the one that `next` shows included. */
  left: number;

  constructor(block: Buffer, facts: BatchFacts) {
    this.block = block;
    this.facts = facts;
    this.left = facts.count;
  }

  /**
   * The record at hand, or null when it lies before `offsetMin`; the same one again until `advance`.
   * @throws DecodeError when it is malformed, ClientError when a deserializer fails.
   */
  next<K, V>(shape: RecordShape<K, V>, offsetMin: number): ConsumerRecord<K, V> | null {
    const { facts } = this;
    this.position = this.start;
    this.limit = this.block.length;
    const sizeBytes = this.varint();
    if (sizeBytes < 0 || sizeBytes > this.limit - this.position) throw this.malformed("length");
    this.limit = this.position + sizeBytes;
    this.position += 1; // Attributes, of which none is defined.
    const timestampDelta = this.varint();
    const offset = facts.baseOffset + this.varint();
    if (offset < offsetMin) return null;
    const keyBytes = this.part();
    const valueBytes = this.part();
    const headerCount = this.varint();
    const headers = headerCount === 0 ? NO_HEADERS : this.headers(headerCount);
    if (this.position !== this.limit) throw this.malformed("end");
    return {
      topic: shape.topic,
      partition: shape.partition,
      offset,
      timestamp: facts.appendTimestamp ?? facts.baseTimestamp + timestampDelta,
      key: shape.keyDeserializer === null ? (keyBytes as K | null) : keyOf(shape, keyBytes, offset),
      value: shape.valueDeserializer === null ? (valueBytes as V | null) : valueOf(shape, valueBytes, offset),
      headers,
      leaderEpoch: facts.leaderEpoch,
    };
  }

  /** Goes on to the record behind the one that `next` showed. */
  advance(): void {
    this.start = this.limit;
    this.left -= 1;
  }

  /** A length and so many bytes; -1 stands for null. */
  private part(): Buffer | null {
    const sizeBytes = this.varint();
    const at = this.position;
    if (sizeBytes < 0) {
      if (sizeBytes === -1) return null;
      throw this.malformed("size");
    }
    if (sizeBytes > this.limit - at) throw this.malformed("size");
    this.position = at + sizeBytes;
    return this.block.subarray(at, at + sizeBytes);
  }

  private headers(count: number): DecodedHeader[] {
    if (count < 0) throw this.malformed("header count");
    const headers: DecodedHeader[] = [];
    for (let index = 0; index < count; index += 1) {
      const key = this.part();
      if (key === null) throw this.malformed("header key");
      headers.push({ key: key.toString("utf8"), value: this.part() });
    }
    return headers;
  }

  /** Timestamp deltas take up to 64 bits; beyond 53 the value is the nearest number. */
  private varint(): number {
    const { block, limit } = this;
    if (this.position >= limit) throw this.malformed("length");
    const first = block[this.position++]!;
    if (first < 0x80) return (first >>> 1) ^ -(first & 1);
    let zigZag = first & 0x7f;
    let scale = 128;
    for (let count = 1; count < 10; count += 1) {
      if (this.position >= limit) throw this.malformed("length");
      const byte = block[this.position++]!;
      zigZag += (byte & 0x7f) * scale;
      if (byte < 0x80) return zigZag % 2 === 0 ? zigZag / 2 : -(zigZag + 1) / 2;
      scale *= 128;
    }
    throw this.malformed("varint");
  }

  private malformed(what: string): DecodeError {
    const { baseOffset, count } = this.facts;
    const index = count - this.left;
    return new DecodeError(`Record ${index} of the batch at offset ${baseOffset} has a bad ${what}`);
  }
}

function keyOf<K, V>(shape: RecordShape<K, V>, bytes: Buffer | null, offset: number): K | null {
  if (bytes === null) return null;
  try {
    return shape.keyDeserializer!(bytes, shape);
  } catch (error) {
    throw undeserializable("key", shape, { offset, error });
  }
}

function valueOf<K, V>(shape: RecordShape<K, V>, bytes: Buffer | null, offset: number): V | null {
  if (bytes === null) return null;
  try {
    return shape.valueDeserializer!(bytes, shape);
  } catch (error) {
    throw undeserializable("value", shape, { offset, error });
  }
}

/** A deserializer's own error does not know which record it was. */
function undeserializable(
  what: string,
  of: TopicPartition,
  { offset, error }: { readonly offset: number; readonly error: unknown },
): ClientError {
  const message = `Cannot deserialize the ${what} of ${partitionName(of)} at offset ${offset}; seek past it to go on`;
  return new ClientError("invalid", `${message}: ${asError(error).message}`, error);
}
