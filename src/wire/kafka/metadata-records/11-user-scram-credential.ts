import { metadataRecord } from "../metadata-record.ts";
import { bytes, int32, int8, string, struct } from "../schema.ts";

/** KIP-554. */
export const UserScramCredentialRecord = metadataRecord({
  id: 11,
  name: "UserScramCredentialRecord",
  versions: [0, 0],
  body: struct({
    name: string,
    mechanism: int8,
    salt: bytes,
    storedKey: bytes,
    serverKey: bytes,
    iterations: int32,
  }),
});
