import { coordinatorRecord } from "../coordinator-record.ts";
import { array, int32, int8, nullable, string, struct, tagged, uuid } from "../schema.ts";

const topicPartitions = struct({
  topicId: uuid,
  partitions: array(int32),
  assignmentEpochs: tagged(0, 0, nullable(array(int32))),
});

/** KIP-848. */
export const ConsumerGroupCurrentMemberAssignment = coordinatorRecord({
  type: 8,
  name: "ConsumerGroupCurrentMemberAssignment",
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
    partitionsPendingRevocation: array(topicPartitions),
  }),
});
