import { coordinatorRecord } from "../coordinator-record.ts";
import { array, int32, int8, string, struct, uuid } from "../schema.ts";

const topicPartitions = struct({
  topicId: uuid,
  partitions: array(int32),
});

/** KIP-932. */
export const ShareGroupCurrentMemberAssignment = coordinatorRecord({
  type: 14,
  name: "ShareGroupCurrentMemberAssignment",
  versions: [0, 0],
  flexibleSince: 0,
  key: struct({
    groupId: string,
    memberId: string,
  }),
  value: struct({
    memberEpoch: int32,
    previousMemberEpoch: int32,
    state: int8,
    assignedPartitions: array(topicPartitions),
  }),
});
