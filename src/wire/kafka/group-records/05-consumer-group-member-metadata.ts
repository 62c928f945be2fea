import { coordinatorRecord } from "../coordinator-record.ts";
import { array, bytes, defaulted, int32, nullable, string, struct, tagged } from "../schema.ts";

/** KIP-848. */
export const ConsumerGroupMemberMetadata = coordinatorRecord({
  type: 5,
  name: "ConsumerGroupMemberMetadata",
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
    subscribedTopicNames: array(string),
    subscribedTopicRegex: nullable(string),
    rebalanceTimeoutMs: defaulted(int32, -1),
    serverAssignor: nullable(string),
    classicMemberMetadata: tagged(
      0,
      0,
      nullable(
        struct({
          sessionTimeoutMs: int32,
          supportedProtocols: array(
            struct({
              name: string,
              metadata: bytes,
            }),
          ),
        }),
      ),
    ),
  }),
});
