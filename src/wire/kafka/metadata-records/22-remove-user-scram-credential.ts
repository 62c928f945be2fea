import { metadataRecord } from "../metadata-record.ts";
import { int8, string, struct } from "../schema.ts";

/** KIP-554. */
export const RemoveUserScramCredentialRecord = metadataRecord({
  id: 22,
  name: "RemoveUserScramCredentialRecord",
  versions: [0, 0],
  body: struct({
    name: string,
    mechanism: int8,
  }),
});
