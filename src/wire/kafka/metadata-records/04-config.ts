import { metadataRecord } from "../metadata-record.ts";
import { int8, nullable, string, struct } from "../schema.ts";

/**
 * A null value removes the key. Resource types: 2 topic, 4 broker, 8 broker logger, 16 client metrics, 32
 * group.
 */
export const ConfigRecord = metadataRecord({
  id: 4,
  name: "ConfigRecord",
  versions: [0, 0],
  body: struct({
    resourceType: int8,
    resourceName: string,
    name: string,
    value: nullable(string),
  }),
});
