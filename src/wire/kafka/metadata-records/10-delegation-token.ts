import { metadataRecord } from "../metadata-record.ts";
import { array, int64, string, struct } from "../schema.ts";

export const DelegationTokenRecord = metadataRecord({
  id: 10,
  name: "DelegationTokenRecord",
  versions: [0, 0],
  body: struct({
    owner: string,
    requester: string,
    renewers: array(string),
    issueTimestamp: int64,
    maxTimestamp: int64,
    expirationTimestamp: int64,
    tokenId: string,
  }),
});
