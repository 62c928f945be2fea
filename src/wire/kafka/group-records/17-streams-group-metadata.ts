import { coordinatorRecord } from "../coordinator-record.ts";
import { array, int32, int64, nullable, string, struct, tagged } from "../schema.ts";

const lastAssignmentConfig = struct({
  key: string,
  value: string,
});

/** KIP-1071. */
export const StreamsGroupMetadata = coordinatorRecord({
  type: 17,
  name: "StreamsGroupMetadata",
  versions: [0, 0],
  flexibleSince: 0,
  key: struct({
    groupId: string,
  }),
  value: struct({
    epoch: int32,
    metadataHash: int64,
    validatedTopologyEpoch: tagged(0, 0, int32, -1),
    lastAssignmentConfigs: tagged(1, 0, nullable(array(lastAssignmentConfig))),
  }),
});
