import { metadataRecord } from "../metadata-record.ts";
import { nullable, string, struct, tagged } from "../schema.ts";

/** Changes too large for one batch lie between this and an end or abort (KIP-868). */
export const BeginTransactionRecord = metadataRecord({
  id: 23,
  name: "BeginTransactionRecord",
  versions: [0, 0],
  body: struct({
    name: tagged(0, 0, nullable(string), null),
  }),
});
