import { array, int16, int32, message, string, struct } from "../schema.ts";

/** KIP-496. */
export const OffsetDelete = message({
  key: 47,
  name: "OffsetDelete",
  versions: [0, 0],
  flexibleSince: "never",
  request: struct({
    groupId: string,
    topics: array(
      struct({
        name: string,
        partitions: array(
          struct({
            partitionIndex: int32,
          }),
        ),
      }),
    ),
  }),
  response: struct({
    errorCode: int16,
    throttleTimeMs: int32,
    topics: array(
      struct({
        name: string,
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
