import { writeLength, writeRecords, writeString } from "./fast-values.ts";
import { Fetch } from "./messages/01-fetch.ts";
import { encodeResponse, type ResponseInput } from "./schema.ts";
import { Writer } from "./writer.ts";

/*
 * Fetch responses, written out by hand: they carry every record that is read, and followers poll many
 * partitions at once. The bytes are those of the `Fetch` table, at every version. Records are linked.
 */

type Response = ResponseInput<typeof Fetch>;
type TopicResponse = Response["responses"][number];
type PartitionResponse = TopicResponse["partitions"][number];

const LOG_START_SINCE = 5;
const SESSIONS_SINCE = 7;
const PREFERRED_REPLICA_SINCE = 11;
const FLEXIBLE_SINCE = 12;
const TOPIC_ID_SINCE = 13;

/** The response's body in pieces; the records among them must not change until they are sent. */
export function encodeFetchResponse(version: number, response: Response): Buffer[] {
  const writer = new Writer();
  if (isPlain(response)) writeResponse(version, writer, response);
  else encodeResponse(Fetch, version, writer, response);
  return writer.finish();
}

/** Whether the response has no tagged fields, which come with moves and faults only. */
function isPlain(response: Response): boolean {
  if (response.nodeEndpoints !== undefined && response.nodeEndpoints.length > 0) return false;
  for (const topic of response.responses) {
    for (const partition of topic.partitions) {
      const { divergingEpoch, currentLeader, snapshotId } = partition;
      if (divergingEpoch !== undefined || currentLeader !== undefined || snapshotId !== undefined)
        return false;
    }
  }
  return true;
}

function writeResponse(version: number, writer: Writer, response: Response): void {
  const isFlexible = version >= FLEXIBLE_SINCE;
  writer.int32(response.throttleTimeMs);
  if (version >= SESSIONS_SINCE) {
    writer.int16(response.errorCode ?? 0);
    writer.int32(response.sessionId ?? 0);
  }
  writeLength(writer, response.responses.length, isFlexible);
  for (const topic of response.responses) writeTopic(version, writer, topic);
  if (isFlexible) writer.uvarint(0);
}

function writeTopic(version: number, writer: Writer, topic: TopicResponse): void {
  const isFlexible = version >= FLEXIBLE_SINCE;
  if (version >= TOPIC_ID_SINCE) writer.uuid(topic.topicId);
  else writeString(writer, topic.topic, isFlexible);
  writeLength(writer, topic.partitions.length, isFlexible);
  for (const partition of topic.partitions) writePartition(version, writer, partition);
  if (isFlexible) writer.uvarint(0);
}

function writePartition(version: number, writer: Writer, partition: PartitionResponse): void {
  const isFlexible = version >= FLEXIBLE_SINCE;
  writer.int32(partition.partitionIndex);
  writer.int16(partition.errorCode);
  writer.int64(partition.highWatermark);
  writer.int64(partition.lastStableOffset ?? -1);
  if (version >= LOG_START_SINCE) writer.int64(partition.logStartOffset ?? -1);
  writeAborted(writer, partition, isFlexible);
  if (version >= PREFERRED_REPLICA_SINCE) writer.int32(partition.preferredReadReplica ?? -1);
  writeRecords(writer, partition.records, isFlexible);
  if (isFlexible) writer.uvarint(0);
}

function writeAborted(writer: Writer, partition: PartitionResponse, isFlexible: boolean): void {
  const { abortedTransactions } = partition;
  if (abortedTransactions === null) return writeLength(writer, -1, isFlexible);
  writeLength(writer, abortedTransactions.length, isFlexible);
  for (const { producerId, firstOffset } of abortedTransactions) {
    writer.int64(producerId);
    writer.int64(firstOffset);
    if (isFlexible) writer.uvarint(0);
  }
}
