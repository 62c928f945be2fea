import { metadataRecord } from "../metadata-record.ts";
import { int32, int64, struct } from "../schema.ts";

export const UnregisterBrokerRecord = metadataRecord({
  id: 1,
  name: "UnregisterBrokerRecord",
  versions: [0, 0],
  body: struct({
    brokerId: int32,
    brokerEpoch: int64,
  }),
});
