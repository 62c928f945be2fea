import { coordinatorRecord } from "../coordinator-record.ts";
import { array, int32, string, struct, uuid } from "../schema.ts";

/** KIP-848. */
export const ConsumerGroupTargetAssignmentMember = coordinatorRecord({
  type: 7,
  name: "ConsumerGroupTargetAssignmentMember",
  versions: [0, 0],
  flexibleSince: 0,
  key: struct({
    groupId: string,
    memberId: string,
  }),
  value: struct({
    topicPartitions: array(
      struct({
        topicId: uuid,
        partitions: array(int32),
      }),
    ),
  }),
});
