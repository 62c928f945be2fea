import { metadataRecord } from "../metadata-record.ts";
import { int8, string, struct, uuid } from "../schema.ts";

export const AccessControlEntryRecord = metadataRecord({
  id: 18,
  name: "AccessControlEntryRecord",
  versions: [0, 0],
  body: struct({
    id: uuid,
    resourceType: int8,
    resourceName: string,
    patternType: int8,
    principal: string,
    host: string,
    operation: int8,
    permissionType: int8,
  }),
});
