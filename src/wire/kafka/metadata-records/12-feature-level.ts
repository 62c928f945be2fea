import { metadataRecord } from "../metadata-record.ts";
import { int16, string, struct } from "../schema.ts";

/** A level of 0 removes the feature (KIP-584). */
export const FeatureLevelRecord = metadataRecord({
  id: 12,
  name: "FeatureLevelRecord",
  versions: [0, 0],
  body: struct({
    name: string,
    featureLevel: int16,
  }),
});
