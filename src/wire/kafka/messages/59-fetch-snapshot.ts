import {
  array,
  defaulted,
  int16,
  int32,
  int64,
  message,
  nullable,
  records,
  string,
  struct,
  tagged,
  uint16,
  uuid,
} from "../schema.ts";

/** KIP-630. v1: directories of replicas (KIP-853). */
export const FetchSnapshot = message({
  key: 59,
  name: "FetchSnapshot",
  versions: [0, 1],
  flexibleSince: 0,
  listeners: ["controller"],
  request: struct({
    clusterId: tagged(0, 0, nullable(string), null),
    replicaId: defaulted(int32, -1),
    maxBytes: defaulted(int32, 0x7fffffff),
    topics: array(
      struct({
        name: string,
        partitions: array(
          struct({
            partition: int32,
            currentLeaderEpoch: int32,
            snapshotId: struct({
              endOffset: int64,
              epoch: int32,
            }),
            position: int64,
            replicaDirectoryId: tagged(0, 1, uuid),
          }),
        ),
      }),
    ),
  }),
  response: struct({
    throttleTimeMs: int32,
    errorCode: int16,
    topics: array(
      struct({
        name: string,
        partitions: array(
          struct({
            index: int32,
            errorCode: int16,
            snapshotId: struct({
              endOffset: int64,
              epoch: int32,
            }),
            currentLeader: tagged(
              0,
              0,
              struct({
                leaderId: int32,
                leaderEpoch: int32,
              }),
            ),
            size: int64,
            position: int64,
            unalignedRecords: records,
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
