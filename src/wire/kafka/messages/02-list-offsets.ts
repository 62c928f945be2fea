import { array, defaulted, int16, int32, int64, int8, message, since, string, struct } from "../schema.ts";

/**
 * v2: isolation (KIP-98). v4: leader epochs (KIP-320). v6: flexible. v7: the greatest timestamp (KIP-734).
 * v8: earliest local offset (KIP-405). v9: latest tiered offset (KIP-1005). v10: a timeout for remote
 * storage (KIP-1075). v11: earliest pending upload.
 */
export const ListOffsets = message({
  key: 2,
  name: "ListOffsets",
  versions: [1, 11],
  flexibleSince: 6,
  request: struct({
    replicaId: int32, // -1 is a consumer.
    isolationLevel: since(2, int8, 0),
    topics: array(
      struct({
        name: string,
        partitions: array(
          struct({
            partitionIndex: int32,
            currentLeaderEpoch: since(4, int32, -1),
            timestamp: int64,
          }),
        ),
      }),
    ),
    timeoutMs: since(10, int32, 0),
  }),
  response: struct({
    throttleTimeMs: since(2, int32, 0),
    topics: array(
      struct({
        name: string,
        partitions: array(
          struct({
            partitionIndex: int32,
            errorCode: int16,
            timestamp: defaulted(int64, -1),
            offset: defaulted(int64, -1),
            leaderEpoch: since(4, int32, -1),
          }),
        ),
      }),
    ),
  }),
});
