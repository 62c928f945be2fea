import { ZERO_UUID } from "../../../base/uuid.ts";
import {
  array,
  between,
  bool,
  int16,
  int32,
  message,
  nullable,
  nullableSince,
  since,
  string,
  struct,
  uuid,
} from "../schema.ts";

/**
 * v1: null asks for all topics, the controller is named. v4: auto-creation can be refused (KIP-204).
 * v7: leader epochs (KIP-320). v8: authorized operations (KIP-430). v9: flexible. v10, v12: topic ids
 * (KIP-516). v11: cluster operations moved to DescribeCluster (KIP-700). v13: an error of the whole answer
 * (KIP-1102).
 */
export const Metadata = message({
  key: 3,
  name: "Metadata",
  versions: [0, 13],
  flexibleSince: 9,
  request: struct({
    topics: nullableSince(
      1,
      array(
        struct({
          topicId: since(10, uuid, ZERO_UUID),
          name: nullableSince(10, string),
        }),
      ),
    ), // Empty in v0 and null since: all topics.
    allowAutoTopicCreation: since(4, bool, true),
    includeClusterAuthorizedOperations: between([8, 10], bool, false),
    includeTopicAuthorizedOperations: since(8, bool, false),
  }),
  response: struct({
    throttleTimeMs: since(3, int32, 0),
    brokers: array(
      struct({
        nodeId: int32,
        host: string,
        port: int32,
        rack: since(1, nullable(string), null),
      }),
    ),
    clusterId: since(2, nullable(string), null),
    controllerId: since(1, int32, -1),
    topics: array(
      struct({
        errorCode: int16,
        name: nullableSince(12, string),
        topicId: since(10, uuid),
        isInternal: since(1, bool, false),
        partitions: array(
          struct({
            errorCode: int16,
            partitionIndex: int32,
            leaderId: int32,
            leaderEpoch: since(7, int32, -1),
            replicaNodes: array(int32),
            isrNodes: array(int32),
            offlineReplicas: since(5, array(int32), []),
          }),
        ),
        topicAuthorizedOperations: since(8, int32, -2147483648),
      }),
    ),
    clusterAuthorizedOperations: between([8, 10], int32, -2147483648),
    errorCode: since(13, int16, 0),
  }),
});
