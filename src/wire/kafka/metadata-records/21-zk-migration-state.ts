import { metadataRecord } from "../metadata-record.ts";
import { int8, struct } from "../schema.ts";

/** KIP-866. */
export const ZkMigrationStateRecord = metadataRecord({
  id: 21,
  name: "ZkMigrationStateRecord",
  versions: [0, 0],
  body: struct({
    zkMigrationState: int8,
  }),
});
