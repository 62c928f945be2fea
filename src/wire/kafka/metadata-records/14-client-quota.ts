import { metadataRecord } from "../metadata-record.ts";
import { array, bool, float64, nullable, string, struct } from "../schema.ts";

/** KIP-546. */
export const ClientQuotaRecord = metadataRecord({
  id: 14,
  name: "ClientQuotaRecord",
  versions: [0, 0],
  body: struct({
    entity: array(
      struct({
        entityType: string,
        entityName: nullable(string),
      }),
    ),
    key: string,
    value: float64,
    remove: bool,
  }),
});
