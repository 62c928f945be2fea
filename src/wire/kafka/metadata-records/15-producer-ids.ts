import { metadataRecord } from "../metadata-record.ts";
import { defaulted, int32, int64, struct } from "../schema.ts";

/** The block up to the next id belongs to this broker (KIP-730). */
export const ProducerIdsRecord = metadataRecord({
  id: 15,
  name: "ProducerIdsRecord",
  versions: [0, 0],
  body: struct({
    brokerId: int32,
    brokerEpoch: defaulted(int64, -1),
    nextProducerId: int64,
  }),
});
