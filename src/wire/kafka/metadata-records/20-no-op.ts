import { metadataRecord } from "../metadata-record.ts";
import { struct } from "../schema.ts";

/** Keeps the high watermark moving while nothing happens (KIP-835). */
export const NoOpRecord = metadataRecord({
  id: 20,
  name: "NoOpRecord",
  versions: [0, 0],
  body: struct({}),
});
