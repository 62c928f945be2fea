import { array, defaulted, int16, int32, message, nullable, string, struct, uuid } from "../schema.ts";

const topicPartitions = struct({
  topicId: uuid,
  partitions: array(int32),
});

/** KIP-932. */
export const ShareGroupHeartbeat = message({
  key: 76,
  name: "ShareGroupHeartbeat",
  versions: [1, 1],
  flexibleSince: 0,
  request: struct({
    groupId: string,
    memberId: string,
    memberEpoch: int32,
    rackId: defaulted(nullable(string), null),
    subscribedTopicNames: defaulted(nullable(array(string)), null),
  }),
  response: struct({
    throttleTimeMs: int32,
    errorCode: int16,
    errorMessage: defaulted(nullable(string), null),
    memberId: defaulted(nullable(string), null),
    memberEpoch: int32,
    heartbeatIntervalMs: int32,
    assignment: defaulted(
      nullable(
        struct({
          topicPartitions: array(topicPartitions),
        }),
      ),
      null,
    ),
  }),
});
