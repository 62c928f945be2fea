import type { Broker } from "../../broker/broker.ts";
import { findLeader, leaderEpochFault } from "../../broker/find-partition.ts";
import type { Partition } from "../../broker/partition.ts";
import { errorCode, type ErrorName } from "../../tables/errors.ts";
import { ListOffsets } from "../../wire/kafka/messages/02-list-offsets.ts";
import type { RequestOf, ResponseInput } from "../../wire/kafka/schema.ts";
import { kafkaApi } from "../kafka-api.ts";

/* ListOffsets (2), versions 1 to 11. A timestamp below zero asks for a special offset. */

type Request = RequestOf<typeof ListOffsets>;
type TopicRequest = Request["topics"][number];
type PartitionRequest = TopicRequest["partitions"][number];
type PartitionResponse = ResponseInput<typeof ListOffsets>["topics"][number]["partitions"][number];

const LATEST = -1;
const EARLIEST = -2;
const MAX_TIMESTAMP = -3; // KIP-734
const EARLIEST_LOCAL = -4; // KIP-405
const LATEST_TIERED = -5; // KIP-1005
const EARLIEST_PENDING_UPLOAD = -6; // KIP-1023
/** First version that knows each special timestamp. */
const KNOWN_SINCE: Readonly<Record<number, number>> = {
  [LATEST]: 0,
  [EARLIEST]: 0,
  [MAX_TIMESTAMP]: 7,
  [EARLIEST_LOCAL]: 8,
  [LATEST_TIERED]: 9,
  [EARLIEST_PENDING_UPLOAD]: 11,
};
const READ_COMMITTED = 1;

interface FoundOffset {
  readonly offset: number;
  readonly timestamp: number;
  readonly leaderEpoch: number;
}

const NOT_FOUND: FoundOffset = { offset: -1, timestamp: -1, leaderEpoch: -1 };

export const listOffsets = kafkaApi(ListOffsets, async (broker, request, context) => {
  const duplicates = duplicatesIn(request);
  const topics = [];
  for (const topic of request.topics) {
    const partitions: PartitionResponse[] = [];
    const seen = new Set<number>();
    for (const partition of topic.partitions) {
      if (seen.has(partition.partitionIndex)) continue;
      seen.add(partition.partitionIndex);
      if (duplicates.has(`${topic.name}:${partition.partitionIndex}`)) {
        partitions.push(failed(partition, "INVALID_REQUEST"));
      } else {
        const isCommittedOnly = request.isolationLevel === READ_COMMITTED;
        partitions.push(
          await look(broker, topic, { partition, isCommittedOnly, version: context.apiVersion }),
        );
      }
    }
    topics.push({ name: topic.name, partitions });
  }
  return { throttleTimeMs: 0, topics };
});

function duplicatesIn(request: Request): Set<string> {
  const seen = new Set<string>();
  const duplicates = new Set<string>();
  for (const topic of request.topics) {
    for (const { partitionIndex } of topic.partitions) {
      const key = `${topic.name}:${partitionIndex}`;
      if (seen.has(key)) duplicates.add(key);
      seen.add(key);
    }
  }
  return duplicates;
}

function failed(partition: PartitionRequest, error: ErrorName): PartitionResponse {
  return {
    partitionIndex: partition.partitionIndex,
    errorCode: errorCode(error),
    timestamp: -1,
    offset: -1,
    leaderEpoch: -1,
  };
}

interface Look {
  readonly partition: PartitionRequest;
  readonly isCommittedOnly: boolean;
  readonly version: number;
}

async function look(broker: Broker, topic: TopicRequest, ask: Look): Promise<PartitionResponse> {
  const { partition, version } = ask;
  const leader = findLeader(broker.partitions, {
    topic: topic.name,
    topicId: "",
    index: partition.partitionIndex,
    isById: false,
  });
  if (typeof leader === "string") return failed(partition, leader);
  const fault = leaderEpochFault(leader, partition.currentLeaderEpoch);
  if (fault !== null) return failed(partition, fault);
  const { timestamp } = partition;
  if (timestamp < 0 && version < (KNOWN_SINCE[timestamp] ?? Infinity)) {
    return failed(partition, "UNSUPPORTED_VERSION");
  }
  const found = await find(leader, timestamp, ask.isCommittedOnly);
  return { partitionIndex: partition.partitionIndex, errorCode: 0, ...found };
}

async function find(leader: Partition, timestamp: number, isCommittedOnly: boolean): Promise<FoundOffset> {
  const { log } = leader;
  if (timestamp === LATEST || timestamp === MAX_TIMESTAMP || timestamp >= 0)
    await leader.whenWrittenIsDurable();
  const readableEnd = isCommittedOnly ? log.lastStableOffset : log.highWatermark;
  switch (timestamp) {
    case LATEST:
      return { offset: readableEnd, timestamp: -1, leaderEpoch: leader.leaderEpoch };
    case EARLIEST:
    case EARLIEST_LOCAL:
      return {
        offset: log.logStartOffset,
        timestamp: -1,
        leaderEpoch: epochOf(leader, log.logStartOffset),
      };
    case LATEST_TIERED:
    case EARLIEST_PENDING_UPLOAD:
      return NOT_FOUND;
    default: {
      const found =
        timestamp === MAX_TIMESTAMP
          ? await log.maxTimestampOffset()
          : await log.offsetForTimestamp(timestamp);
      return found === null || found.offset >= readableEnd ? NOT_FOUND : found;
    }
  }
}

/** An empty log has no epoch at its start but the leader's own. */
function epochOf(leader: Partition, offset: number): number {
  const epoch = leader.log.leaderEpochAt(offset);
  return epoch >= 0 ? epoch : leader.leaderEpoch;
}
