import { coordinatorRecord } from "../coordinator-record.ts";
import { int32, int64, string, struct, tagged } from "../schema.ts";

/** KIP-1071. */
export const StreamsGroupTargetAssignmentMetadata = coordinatorRecord({
  type: 20,
  name: "StreamsGroupTargetAssignmentMetadata",
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
