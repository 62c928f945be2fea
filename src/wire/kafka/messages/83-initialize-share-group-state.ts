import { array, defaulted, int16, int32, int64, message, nullable, string, struct, uuid } from "../schema.ts";

/** KIP-932: the share persister. */
export const InitializeShareGroupState = message({
  key: 83,
  name: "InitializeShareGroupState",
  versions: [0, 0],
  flexibleSince: 0,
  request: struct({
    groupId: string,
    topics: array(
      struct({
        topicId: uuid,
        partitions: array(
          struct({
            partition: int32,
            stateEpoch: int32,
            startOffset: int64,
          }),
        ),
      }),
    ),
  }),
  response: struct({
    results: array(
      struct({
        topicId: uuid,
        partitions: array(
          struct({
            partition: int32,
            errorCode: int16,
            errorMessage: defaulted(nullable(string), null),
          }),
        ),
      }),
    ),
  }),
});
