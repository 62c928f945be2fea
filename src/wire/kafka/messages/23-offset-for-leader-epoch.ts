import { array, defaulted, int16, int32, int64, message, since, string, struct } from "../schema.ts";

/** Log truncation by epochs (KIP-101). v3: the caller's replica id. v4: flexible. */
export const OffsetForLeaderEpoch = message({
  key: 23,
  name: "OffsetForLeaderEpoch",
  versions: [2, 4],
  flexibleSince: 4,
  request: struct({
    replicaId: since(3, int32, -2),
    topics: array(
      struct({
        topic: string,
        partitions: array(
          struct({
            partition: int32,
            currentLeaderEpoch: defaulted(int32, -1),
            leaderEpoch: int32,
          }),
        ),
      }),
    ),
  }),
  response: struct({
    throttleTimeMs: int32,
    topics: array(
      struct({
        topic: string,
        partitions: array(
          struct({
            errorCode: int16,
            partition: int32,
            leaderEpoch: defaulted(int32, -1),
            endOffset: defaulted(int64, -1),
          }),
        ),
      }),
    ),
  }),
});
