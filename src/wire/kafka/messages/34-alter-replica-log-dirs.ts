import { array, int16, int32, message, string, struct } from "../schema.ts";

/** KIP-113. v2: flexible. */
export const AlterReplicaLogDirs = message({
  key: 34,
  name: "AlterReplicaLogDirs",
  versions: [1, 2],
  flexibleSince: 2,
  request: struct({
    dirs: array(
      struct({
        path: string,
        topics: array(
          struct({
            name: string,
            partitions: array(int32),
          }),
        ),
      }),
    ),
  }),
  response: struct({
    throttleTimeMs: int32,
    results: array(
      struct({
        topicName: string,
        partitions: array(
          struct({
            partitionIndex: int32,
            errorCode: int16,
          }),
        ),
      }),
    ),
  }),
});
