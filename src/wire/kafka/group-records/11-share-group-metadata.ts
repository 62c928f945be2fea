import { coordinatorRecord } from "../coordinator-record.ts";
import { int32, int64, string, struct } from "../schema.ts";

/** KIP-932. */
export const ShareGroupMetadata = coordinatorRecord({
  type: 11,
  name: "ShareGroupMetadata",
  versions: [0, 0],
  flexibleSince: 0,
  key: struct({
    groupId: string,
  }),
  value: struct({
    epoch: int32,
    metadataHash: int64,
  }),
});
