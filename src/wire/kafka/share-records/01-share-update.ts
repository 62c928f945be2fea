import { coordinatorRecord } from "../coordinator-record.ts";
import { array, int16, int32, int64, int8, string, struct, tagged, uuid } from "../schema.ts";

export const ShareUpdate = coordinatorRecord({
  type: 1,
  name: "ShareUpdate",
  versions: [0, 0],
  flexibleSince: 0,
  key: struct({
    groupId: string,
    topicId: uuid,
    partition: int32,
  }),
  value: struct({
    snapshotEpoch: int32,
    leaderEpoch: int32,
    startOffset: int64,
    deliveryCompleteCount: tagged(0, 0, int32, -1),
    stateBatches: array(
      struct({
        firstOffset: int64,
        lastOffset: int64,
        deliveryState: int8,
        deliveryCount: int16,
      }),
    ),
  }),
});
