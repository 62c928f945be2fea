import { DecodeError, Reader } from "../wire/kafka/reader.ts";
import { Writer } from "../wire/kafka/writer.ts";

/*
 * What the members of a classic group tell each other through the broker, which does not look inside
 * (protocol type "consumer"): a subscription up, an assignment down. Version 0 of both; newer ones add
 * fields behind, which a reader of version 0 skips.
 */

export interface TopicPartitions {
  readonly topic: string;
  readonly partitions: readonly number[];
}

const VERSION = 0;

function writeString(writer: Writer, text: string): void {
  const bytes = Buffer.from(text);
  writer.int16(bytes.length);
  writer.bytes(bytes);
}

function readArray<T>(reader: Reader, readElement: (reader: Reader) => T): T[] {
  const length = reader.int32();
  if (length > reader.remaining) throw new DecodeError(`An array of ${length} in ${reader.remaining} bytes`);
  const elements: T[] = [];
  for (let i = 0; i < length; i += 1) elements.push(readElement(reader));
  return elements;
}

function readString(reader: Reader): string {
  return reader.string(reader.int16());
}

export function encodeSubscription(topics: readonly string[]): Buffer {
  const writer = new Writer();
  writer.int16(VERSION);
  writer.int32(topics.length);
  for (const topic of topics) writeString(writer, topic);
  writer.int32(-1); // No user data.
  return Buffer.concat(writer.finish());
}

/** The topics of a subscription of any version. */
export function decodeSubscription(bytes: Buffer): string[] {
  const reader = new Reader(bytes);
  reader.int16();
  return readArray(reader, readString);
}

export function encodeAssignment(assignment: readonly TopicPartitions[]): Buffer {
  const writer = new Writer();
  writer.int16(VERSION);
  writer.int32(assignment.length);
  for (const { topic, partitions } of assignment) {
    writeString(writer, topic);
    writer.int32(partitions.length);
    for (const partition of partitions) writer.int32(partition);
  }
  writer.int32(-1); // No user data.
  return Buffer.concat(writer.finish());
}

/** The partitions of an assignment of any version; none when it is empty or not of this protocol. */
export function decodeAssignment(bytes: Buffer): TopicPartitions[] {
  if (bytes.length === 0) return [];
  try {
    const reader = new Reader(bytes);
    reader.int16();
    return readArray(reader, (inner) => ({
      topic: readString(inner),
      partitions: readArray(inner, (partition) => partition.int32()),
    }));
  } catch (error) {
    if (error instanceof DecodeError) return []; // Connect workers and others keep their own format.
    throw error;
  }
}
