import { coordinatorRecord } from "../coordinator-record.ts";
import { array, nullable, string, struct } from "../schema.ts";

/** KIP-932. */
export const ShareGroupMemberMetadata = coordinatorRecord({
  type: 10,
  name: "ShareGroupMemberMetadata",
  versions: [0, 0],
  flexibleSince: 0,
  key: struct({
    groupId: string,
    memberId: string,
  }),
  value: struct({
    rackId: nullable(string),
    clientId: string,
    clientHost: string,
    subscribedTopicNames: array(string),
  }),
});
