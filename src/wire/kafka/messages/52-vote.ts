import { ZERO_UUID } from "../../../base/uuid.ts";
import {
  array,
  bool,
  defaulted,
  int16,
  int32,
  int64,
  message,
  nullable,
  since,
  string,
  struct,
  tagged,
  uint16,
  uuid,
} from "../schema.ts";

/** KIP-595. v1: voters have directories (KIP-853). v2: pre-votes (KIP-996). */
export const Vote = message({
  key: 52,
  name: "Vote",
  versions: [0, 2],
  flexibleSince: 0,
  listeners: ["controller"],
  request: struct({
    clusterId: defaulted(nullable(string), null),
    voterId: since(1, int32, -1),
    topics: array(
      struct({
        topicName: string,
        partitions: array(
          struct({
            partitionIndex: int32,
            replicaEpoch: int32,
            replicaId: int32,
            replicaDirectoryId: since(1, uuid, ZERO_UUID),
            voterDirectoryId: since(1, uuid, ZERO_UUID),
            lastOffsetEpoch: int32,
            lastOffset: int64,
            preVote: since(2, bool, false),
          }),
        ),
      }),
    ),
  }),
  response: struct({
    errorCode: int16,
    topics: array(
      struct({
        topicName: string,
        partitions: array(
          struct({
            partitionIndex: int32,
            errorCode: int16,
            leaderId: int32,
            leaderEpoch: int32,
            voteGranted: bool,
          }),
        ),
      }),
    ),
    nodeEndpoints: tagged(
      0,
      1,
      array(
        struct({
          nodeId: int32,
          host: string,
          port: uint16,
        }),
      ),
    ),
  }),
});
