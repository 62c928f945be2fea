import { metadataRecord } from "../metadata-record.ts";
import { nullable, string, struct, tagged } from "../schema.ts";

/** KIP-868. */
export const AbortTransactionRecord = metadataRecord({
  id: 25,
  name: "AbortTransactionRecord",
  versions: [0, 0],
  body: struct({
    reason: tagged(0, 0, nullable(string), null),
  }),
});
