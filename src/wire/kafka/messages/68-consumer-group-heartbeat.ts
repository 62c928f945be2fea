import { array, defaulted, int16, int32, message, nullable, since, string, struct, uuid } from "../schema.ts";

const topicPartitions = struct({
  topicId: uuid,
  partitions: array(int32),
});

/** KIP-848. v1: the broker resolves regular expressions, clients make member ids (KIP-1082). */
export const ConsumerGroupHeartbeat = message({
  key: 68,
  name: "ConsumerGroupHeartbeat",
  versions: [0, 1],
  flexibleSince: 0,
  request: struct({
    groupId: string,
    memberId: string,
    memberEpoch: int32,
    instanceId: defaulted(nullable(string), null),
    rackId: defaulted(nullable(string), null),
    rebalanceTimeoutMs: defaulted(int32, -1),
    subscribedTopicNames: defaulted(nullable(array(string)), null),
    subscribedTopicRegex: since(1, nullable(string), null),
    serverAssignor: defaulted(nullable(string), null),
    topicPartitions: defaulted(
      nullable(
        array(
          struct({
            topicId: uuid,
            partitions: array(int32),
          }),
        ),
      ),
      null,
    ),
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
