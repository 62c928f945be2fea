import { array, bool, defaulted, int16, int32, message, nullable, string, struct, uuid } from "../schema.ts";

/** KIP-966: topics page by page, with eligible leader replicas. */
export const DescribeTopicPartitions = message({
  key: 75,
  name: "DescribeTopicPartitions",
  versions: [0, 0],
  flexibleSince: 0,
  request: struct({
    topics: array(
      struct({
        name: string,
      }),
    ),
    responsePartitionLimit: defaulted(int32, 2000),
    cursor: defaulted(
      nullable(
        struct({
          topicName: string,
          partitionIndex: int32,
        }),
      ),
      null,
    ),
  }),
  response: struct({
    throttleTimeMs: int32,
    topics: array(
      struct({
        errorCode: int16,
        name: nullable(string),
        topicId: uuid,
        isInternal: defaulted(bool, false),
        partitions: array(
          struct({
            errorCode: int16,
            partitionIndex: int32,
            leaderId: int32,
            leaderEpoch: defaulted(int32, -1),
            replicaNodes: array(int32),
            isrNodes: array(int32),
            eligibleLeaderReplicas: defaulted(nullable(array(int32)), null),
            lastKnownElr: defaulted(nullable(array(int32)), null),
            offlineReplicas: array(int32),
          }),
        ),
        topicAuthorizedOperations: defaulted(int32, -2147483648),
      }),
    ),
    nextCursor: defaulted(
      nullable(
        struct({
          topicName: string,
          partitionIndex: int32,
        }),
      ),
      null,
    ),
  }),
});
