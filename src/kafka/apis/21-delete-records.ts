import type { Broker } from "../../broker/broker.ts";
import { StorageError } from "../../broker/log/storage-error.ts";
import { findLeader } from "../../broker/find-partition.ts";
import { isInternalTopic } from "../../core/cluster/topic-name.ts";
import { errorCode, type ErrorName } from "../../tables/errors.ts";
import { DeleteRecords } from "../../wire/kafka/messages/21-delete-records.ts";
import type { ResponseInput } from "../../wire/kafka/schema.ts";
import { kafkaApi } from "../kafka-api.ts";

/* DeleteRecords (21), versions 0 to 2. Offset -1 stands for the high watermark. */

type PartitionResponse = ResponseInput<typeof DeleteRecords>["topics"][number]["partitions"][number];

const TO_HIGH_WATERMARK = -1;

export const deleteRecords = kafkaApi(DeleteRecords, async (broker, request) => ({
  throttleTimeMs: 0,
  topics: await Promise.all(
    request.topics.map(async (topic) => ({
      name: topic.name,
      partitions: await Promise.all(
        topic.partitions.map(({ partitionIndex, offset }) =>
          deleteBefore(broker, { topic: topic.name, index: partitionIndex, offset }),
        ),
      ),
    })),
  ),
}));

interface Deletion {
  readonly topic: string;
  readonly index: number;
  readonly offset: number;
}

async function deleteBefore(broker: Broker, { topic, index, offset }: Deletion): Promise<PartitionResponse> {
  const failed = (error: ErrorName): PartitionResponse => ({
    partitionIndex: index,
    lowWatermark: -1,
    errorCode: errorCode(error),
  });
  if (isInternalTopic(topic)) return failed("INVALID_TOPIC_EXCEPTION");
  const leader = findLeader(broker.partitions, { topic, topicId: "", index, isById: false });
  if (typeof leader === "string") return failed(leader);
  const { log } = leader;
  await leader.whenWrittenIsDurable();
  if (!log.config.cleanupPolicyDelete && log.config.cleanupPolicyCompact) return failed("POLICY_VIOLATION");
  const target = offset === TO_HIGH_WATERMARK ? log.highWatermark : offset;
  if (target < 0 || target > log.highWatermark) return failed("OFFSET_OUT_OF_RANGE");
  try {
    await log.deleteRecordsBefore(target);
  } catch (error) {
    // The directory has said so itself; the client gets the protocol's word and may try again.
    if (error instanceof StorageError) return failed("KAFKA_STORAGE_ERROR");
    throw error;
  }
  return { partitionIndex: index, lowWatermark: log.logStartOffset, errorCode: 0 };
}
