import { metadataRecord } from "../metadata-record.ts";
import { string, struct } from "../schema.ts";

/** Forgets the eligible leader replicas of one topic, or of all when the name is null (KIP-966). */
export const ClearElrRecord = metadataRecord({
  id: 28,
  name: "ClearElrRecord",
  versions: [0, 0],
  body: struct({
    topicName: string,
  }),
});
