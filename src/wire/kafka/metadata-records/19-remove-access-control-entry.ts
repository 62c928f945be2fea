import { metadataRecord } from "../metadata-record.ts";
import { struct, uuid } from "../schema.ts";

export const RemoveAccessControlEntryRecord = metadataRecord({
  id: 19,
  name: "RemoveAccessControlEntryRecord",
  versions: [0, 0],
  body: struct({
    id: uuid,
  }),
});
