import { coordinatorRecord } from "../coordinator-record.ts";
import { int32, int64, string, struct, tagged } from "../schema.ts";

/** KIP-848. */
export const ConsumerGroupMetadata = coordinatorRecord({
  type: 3,
  name: "ConsumerGroupMetadata",
  versions: [0, 0],
  flexibleSince: 0,
  key: struct({
    groupId: string,
  }),
  value: struct({
    epoch: int32,
    metadataHash: tagged(0, 0, int64),
  }),
});
