import { ZERO_UUID } from "../../base/uuid.ts";
import { writeLength, writeRecords, writeString } from "./fast-values.ts";
import { Produce } from "./messages/00-produce.ts";
import { FLEXIBLE_SINCE, LOG_START_SINCE, RECORD_ERRORS_SINCE, TOPIC_ID_SINCE } from "./produce-versions.ts";
import type { Reader } from "./reader.ts";
import { decodeResponse, type RequestInput, type ResponseOf } from "./schema.ts";
import type { Writer } from "./writer.ts";

/*
 * Produce as a client has it, written and read by hand: one that waits for each record does both for each. Bytes and
 * values are those of the `Produce` table at every version; an answer with anything rare in it (errors, tagged fields)
 * is left to the table.
 */

type Request = RequestInput<typeof Produce>;
type Response = ResponseOf<typeof Produce>;
type Topic = Response["responses"][number];
type Partition = Topic["partitionResponses"][number];

const NO_LEADER: Partition["currentLeader"] = Object.freeze({ leaderId: -1, leaderEpoch: -1 });
const NO_ERRORS: Partition["recordErrors"] = Object.freeze([] as never[]) as never[];
const NO_NODES: Response["nodeEndpoints"] = Object.freeze([] as never[]) as never[];

/** Writes the request's body; the records in it are linked when large, and must not change until they are sent. */
export function encodeProduceRequest(version: number, writer: Writer, request: Request): void {
  const isFlexible = version >= FLEXIBLE_SINCE;
  const { transactionalId = null, acks, timeoutMs, topicData } = request;
  if (transactionalId !== null) writeString(writer, transactionalId, isFlexible);
  else if (isFlexible) writer.uvarint(0);
  else writer.int16(-1);
  writer.int16(acks);
  writer.int32(timeoutMs);
  writeLength(writer, topicData.length, isFlexible);
  for (let i = 0; i < topicData.length; i += 1) writeTopic(version, writer, topicData[i]!);
  if (isFlexible) writer.uvarint(0);
}

function writeTopic(version: number, writer: Writer, topic: Request["topicData"][number]): void {
  const isFlexible = version >= FLEXIBLE_SINCE;
  if (version >= TOPIC_ID_SINCE) writer.uuid(topic.topicId ?? ZERO_UUID);
  else writeString(writer, topic.name ?? "", isFlexible);
  const { partitionData } = topic;
  writeLength(writer, partitionData.length, isFlexible);
  for (let i = 0; i < partitionData.length; i += 1) {
    const { index, records } = partitionData[i]!;
    writer.int32(index);
    writeRecords(writer, records, isFlexible);
    if (isFlexible) writer.uvarint(0);
  }
  if (isFlexible) writer.uvarint(0);
}

/** @throws DecodeError when the bytes are not such a response. */
export function decodeProduceResponse(version: number, reader: Reader): Response {
  const start = reader.position;
  const ordinary = readResponse(version, reader);
  if (ordinary !== null) return ordinary;
  reader.position = start;
  return decodeResponse(Produce, version, reader);
}

/** Null for an answer that is not ordinary, or not one at all. */
function readResponse(version: number, reader: Reader): Response | null {
  const isFlexible = version >= FLEXIBLE_SINCE;
  const count = readCount(reader, isFlexible);
  if (count < 0) return null;
  const responses: Topic[] = [];
  for (let i = 0; i < count; i += 1) {
    const topic = readTopic(version, reader);
    if (topic === null) return null;
    responses.push(topic);
  }
  const throttleTimeMs = reader.int32();
  if (isFlexible && reader.uvarint() !== 0) return null;
  return { responses, throttleTimeMs, nodeEndpoints: NO_NODES };
}

/** -1 for a count that cannot be; each element takes more than a byte. */
function readCount(reader: Reader, isFlexible: boolean): number {
  const count = isFlexible ? reader.uvarint() - 1 : reader.int32();
  return count > reader.remaining ? -1 : count;
}

function readTopic(version: number, reader: Reader): Topic | null {
  const isFlexible = version >= FLEXIBLE_SINCE;
  const hasId = version >= TOPIC_ID_SINCE;
  let name = "";
  let topicId = ZERO_UUID;
  if (hasId) topicId = reader.uuid();
  else {
    const bytes = isFlexible ? reader.uvarint() - 1 : reader.int16();
    if (bytes < 0 || bytes > 0x7fff) return null;
    name = reader.string(bytes);
  }
  const count = readCount(reader, isFlexible);
  if (count < 0) return null;
  const partitionResponses: Partition[] = [];
  for (let i = 0; i < count; i += 1) {
    const partition = readPartition(version, reader);
    if (partition === null) return null;
    partitionResponses.push(partition);
  }
  if (isFlexible && reader.uvarint() !== 0) return null;
  return { name, topicId, partitionResponses };
}

function readPartition(version: number, reader: Reader): Partition | null {
  const isFlexible = version >= FLEXIBLE_SINCE;
  const index = reader.int32();
  const errorCode = reader.int16();
  const baseOffset = reader.int64();
  const logAppendTimeMs = reader.int64();
  const logStartOffset = version >= LOG_START_SINCE ? reader.int64() : -1;
  if (version >= RECORD_ERRORS_SINCE) {
    if (readCount(reader, isFlexible) !== 0) return null;
    const isTold = isFlexible ? reader.uvarint() !== 0 : reader.int16() !== -1;
    if (isTold) return null;
  }
  if (isFlexible && reader.uvarint() !== 0) return null;
  return {
    index,
    errorCode,
    baseOffset,
    logAppendTimeMs,
    logStartOffset,
    recordErrors: NO_ERRORS,
    errorMessage: null,
    currentLeader: NO_LEADER,
  };
}
