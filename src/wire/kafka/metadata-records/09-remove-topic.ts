import { metadataRecord } from "../metadata-record.ts";
import { struct, uuid } from "../schema.ts";

export const RemoveTopicRecord = metadataRecord({
  id: 9,
  name: "RemoveTopicRecord",
  versions: [0, 0],
  body: struct({
    topicId: uuid,
  }),
});
