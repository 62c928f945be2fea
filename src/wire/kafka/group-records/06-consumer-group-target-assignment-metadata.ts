import { coordinatorRecord } from "../coordinator-record.ts";
import { int32, int64, string, struct, tagged } from "../schema.ts";

/** KIP-848. */
export const ConsumerGroupTargetAssignmentMetadata = coordinatorRecord({
  type: 6,
  name: "ConsumerGroupTargetAssignmentMetadata",
  versions: [0, 0],
  flexibleSince: 0,
  key: struct({
    groupId: string,
  }),
  value: struct({
    assignmentEpoch: int32,
    assignmentTimestamp: tagged(0, 0, int64),
  }),
});
