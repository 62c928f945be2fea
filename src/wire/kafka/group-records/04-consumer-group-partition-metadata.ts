import { coordinatorRecord } from "../coordinator-record.ts";
import { array, int32, string, struct, uuid } from "../schema.ts";

/** Only read: since 4.1 a hash in ConsumerGroupMetadata does the same (KIP-1101). */
export const ConsumerGroupPartitionMetadata = coordinatorRecord({
  type: 4,
  name: "ConsumerGroupPartitionMetadata",
  versions: [0, 0],
  flexibleSince: 0,
  key: struct({
    groupId: string,
  }),
  value: struct({
    topics: array(
      struct({
        topicId: uuid,
        topicName: string,
        numPartitions: int32,
        partitionMetadata: array(
          struct({
            partition: int32,
            racks: array(string),
          }),
        ),
      }),
    ),
  }),
});
