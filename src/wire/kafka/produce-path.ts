import { ZERO_UUID } from "../../base/uuid.ts";
import { readLength, readNullableString, skipTagged, writeLength, writeString } from "./fast-values.ts";
import { Produce } from "./messages/00-produce.ts";
import { FLEXIBLE_SINCE, LOG_START_SINCE, RECORD_ERRORS_SINCE, TOPIC_ID_SINCE } from "./produce-versions.ts";
import { DecodeError, type Reader } from "./reader.ts";
import { encodeResponse, type RequestOf, type ResponseInput } from "./schema.ts";
import { checkArrayLength } from "./schema/containers.ts";
import { Writer } from "./writer.ts";

/*
 * Produce, written out by hand: small requests arrive by the hundred thousand a second. Values and bytes are
 * those of the `Produce` table, at every version.
 */

type Request = RequestOf<typeof Produce>;
type Topic = Request["topicData"][number];
type Partition = Topic["partitionData"][number];
type Response = ResponseInput<typeof Produce>;
type TopicResponse = Response["responses"][number];
type PartitionResponse = TopicResponse["partitionResponses"][number];

/** @throws DecodeError when the bytes are not such a request. */
export function decodeProduceRequest(version: number, reader: Reader): Request {
  const isFlexible = version >= FLEXIBLE_SINCE;
  const transactionalId = readNullableString(reader, isFlexible);
  const acks = reader.int16();
  const timeoutMs = reader.int32();
  const count = arrayLength(reader, isFlexible, topicBytesMin(version));
  const topicData: Topic[] = [];
  for (let i = 0; i < count; i += 1) topicData.push(readTopic(version, reader));
  if (isFlexible) skipTagged(reader);
  return { transactionalId, acks, timeoutMs, topicData };
}

function topicBytesMin(version: number): number {
  if (version >= TOPIC_ID_SINCE) return 18;
  return version >= FLEXIBLE_SINCE ? 3 : 6;
}

function arrayLength(reader: Reader, isFlexible: boolean, elementBytesMin: number): number {
  const length = readLength(reader, isFlexible);
  if (length < 0) throw new DecodeError(`A length of ${length} at ${reader.position}`);
  checkArrayLength(reader, length, elementBytesMin);
  return length;
}

function readTopic(version: number, reader: Reader): Topic {
  const isFlexible = version >= FLEXIBLE_SINCE;
  const hasId = version >= TOPIC_ID_SINCE;
  const name = hasId ? "" : readNullableString(reader, isFlexible);
  if (name === null) throw new DecodeError(`A topic without a name at ${reader.position}`);
  const topicId = hasId ? reader.uuid() : ZERO_UUID;
  const count = arrayLength(reader, isFlexible, isFlexible ? 6 : 8);
  const partitionData: Partition[] = [];
  for (let i = 0; i < count; i += 1) {
    const index = reader.int32();
    const length = readLength(reader, isFlexible);
    partitionData.push({ index, records: length < 0 ? null : reader.slice(length) });
    if (isFlexible) skipTagged(reader);
  }
  if (isFlexible) skipTagged(reader);
  return { name, topicId, partitionData };
}

/** The response's body in pieces. */
export function encodeProduceResponse(version: number, response: Response): Buffer[] {
  const writer = new Writer();
  if (isPlain(response)) writeResponse(version, writer, response);
  else encodeResponse(Produce, version, writer, response);
  return writer.finish();
}

/** Whether the response has none of what comes with rare faults only; the table encodes those. */
function isPlain(response: Response): boolean {
  if (response.nodeEndpoints !== undefined && response.nodeEndpoints.length > 0) return false;
  for (const topic of response.responses) {
    for (const partition of topic.partitionResponses) {
      if (partition.currentLeader !== undefined) return false;
      if (partition.recordErrors !== undefined && partition.recordErrors.length > 0) return false;
      if (partition.errorMessage !== undefined && partition.errorMessage !== null) return false;
    }
  }
  return true;
}

function writeResponse(version: number, writer: Writer, response: Response): void {
  const isFlexible = version >= FLEXIBLE_SINCE;
  writeLength(writer, response.responses.length, isFlexible);
  for (const topic of response.responses) writeTopic(version, writer, topic);
  writer.int32(response.throttleTimeMs ?? 0);
  if (isFlexible) writer.uvarint(0);
}

function writeTopic(version: number, writer: Writer, topic: TopicResponse): void {
  const isFlexible = version >= FLEXIBLE_SINCE;
  if (version >= TOPIC_ID_SINCE) writer.uuid(topic.topicId);
  else writeString(writer, topic.name, isFlexible);
  writeLength(writer, topic.partitionResponses.length, isFlexible);
  for (const partition of topic.partitionResponses) writePartition(version, writer, partition);
  if (isFlexible) writer.uvarint(0);
}

function writePartition(version: number, writer: Writer, partition: PartitionResponse): void {
  const isFlexible = version >= FLEXIBLE_SINCE;
  writer.int32(partition.index);
  writer.int16(partition.errorCode);
  writer.int64(partition.baseOffset);
  writer.int64(partition.logAppendTimeMs ?? -1);
  if (version >= LOG_START_SINCE) writer.int64(partition.logStartOffset ?? -1);
  if (version >= RECORD_ERRORS_SINCE) {
    writeLength(writer, 0, isFlexible);
    if (isFlexible) writer.uvarint(0); // A null error message.
    else writer.int16(-1);
  }
  if (isFlexible) writer.uvarint(0);
}
