import { metadataRecord } from "../metadata-record.ts";
import { struct } from "../schema.ts";

/** KIP-868. */
export const EndTransactionRecord = metadataRecord({
  id: 24,
  name: "EndTransactionRecord",
  versions: [0, 0],
  body: struct({}),
});
