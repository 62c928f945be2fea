import { metadataRecord } from "../metadata-record.ts";
import { array, int32, int64, int8, nullable, struct, tagged, uuid } from "../schema.ts";

/** v1: controlled shutdown (KIP-841). v2: log directories (KIP-858). v3: cordoned directories (KIP-1066). */
export const BrokerRegistrationChangeRecord = metadataRecord({
  id: 17,
  name: "BrokerRegistrationChangeRecord",
  versions: [0, 3],
  body: struct({
    brokerId: int32,
    brokerEpoch: int64,
    fenced: tagged(0, 0, int8),
    inControlledShutdown: tagged(1, 1, int8),
    logDirs: tagged(2, 2, array(uuid)),
    cordonedLogDirs: tagged(3, 3, nullable(array(uuid)), null),
  }),
});
