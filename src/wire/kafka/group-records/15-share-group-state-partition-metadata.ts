import { coordinatorRecord } from "../coordinator-record.ts";
import { array, int32, string, struct, uuid } from "../schema.ts";

const topicPartitionsInfo = struct({
  topicId: uuid,
  topicName: string,
  partitions: array(int32),
});

const topicInfo = struct({
  topicId: uuid,
  topicName: string,
});

/** KIP-932. */
export const ShareGroupStatePartitionMetadata = coordinatorRecord({
  type: 15,
  name: "ShareGroupStatePartitionMetadata",
  versions: [0, 0],
  flexibleSince: 0,
  key: struct({
    groupId: string,
  }),
  value: struct({
    initializingTopics: array(topicPartitionsInfo),
    initializedTopics: array(topicPartitionsInfo),
    deletingTopics: array(topicInfo),
  }),
});
