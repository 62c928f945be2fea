import { coordinatorRecord } from "../coordinator-record.ts";
import { array, defaulted, int32, nullable, string, struct, uint16 } from "../schema.ts";

const endpoint = struct({
  host: string,
  port: uint16,
});

const keyValue = struct({
  key: string,
  value: string,
});

/** KIP-1071. */
export const StreamsGroupMemberMetadata = coordinatorRecord({
  type: 19,
  name: "StreamsGroupMemberMetadata",
  versions: [0, 0],
  flexibleSince: 0,
  key: struct({
    groupId: string,
    memberId: string,
  }),
  value: struct({
    instanceId: nullable(string),
    rackId: nullable(string),
    clientId: string,
    clientHost: string,
    rebalanceTimeoutMs: defaulted(int32, -1),
    topologyEpoch: int32,
    processId: string,
    userEndpoint: defaulted(nullable(endpoint), null),
    clientTags: array(keyValue),
  }),
});
