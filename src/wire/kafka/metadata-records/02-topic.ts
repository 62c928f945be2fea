import { metadataRecord } from "../metadata-record.ts";
import { string, struct, uuid } from "../schema.ts";

export const TopicRecord = metadataRecord({
  id: 2,
  name: "TopicRecord",
  versions: [0, 0],
  body: struct({
    name: string,
    topicId: uuid,
  }),
});
