import { metadataRecord } from "../metadata-record.ts";
import { int32, int64, struct } from "../schema.ts";

export const UnfenceBrokerRecord = metadataRecord({
  id: 8,
  name: "UnfenceBrokerRecord",
  versions: [0, 0],
  body: struct({
    id: int32,
    epoch: int64,
  }),
});
