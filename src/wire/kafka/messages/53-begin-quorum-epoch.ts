import { ZERO_UUID } from "../../../base/uuid.ts";
import {
  array,
  defaulted,
  int16,
  int32,
  message,
  nullable,
  since,
  string,
  struct,
  tagged,
  uint16,
  uuid,
} from "../schema.ts";

/** KIP-595. v1: flexible, voters have directories (KIP-853). */
export const BeginQuorumEpoch = message({
  key: 53,
  name: "BeginQuorumEpoch",
  versions: [0, 1],
  flexibleSince: 1,
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
            voterDirectoryId: since(1, uuid, ZERO_UUID),
            leaderId: int32,
            leaderEpoch: int32,
          }),
        ),
      }),
    ),
    leaderEndpoints: since(
      1,
      array(
        struct({
          name: string,
          host: string,
          port: uint16,
        }),
      ),
      [],
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
