import { array, defaulted, int16, int32, int64, message, nullable, string, struct, uuid } from "../schema.ts";

/** KIP-932. */
export const AlterShareGroupOffsets = message({
  key: 91,
  name: "AlterShareGroupOffsets",
  versions: [0, 0],
  flexibleSince: 0,
  request: struct({
    groupId: string,
    topics: array(
      struct({
        topicName: string,
        partitions: array(
          struct({
            partitionIndex: int32,
            startOffset: int64,
          }),
        ),
      }),
    ),
  }),
  response: struct({
    throttleTimeMs: int32,
    errorCode: int16,
    errorMessage: defaulted(nullable(string), null),
    responses: array(
      struct({
        topicName: string,
        topicId: uuid,
        partitions: array(
          struct({
            partitionIndex: int32,
            errorCode: int16,
            errorMessage: defaulted(nullable(string), null),
          }),
        ),
      }),
    ),
  }),
});
