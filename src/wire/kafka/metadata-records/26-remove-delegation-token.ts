import { metadataRecord } from "../metadata-record.ts";
import { string, struct } from "../schema.ts";

export const RemoveDelegationTokenRecord = metadataRecord({
  id: 26,
  name: "RemoveDelegationTokenRecord",
  versions: [0, 0],
  body: struct({
    tokenId: string,
  }),
});
