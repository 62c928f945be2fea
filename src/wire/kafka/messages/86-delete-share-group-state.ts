import { array, defaulted, int16, int32, message, nullable, string, struct, uuid } from "../schema.ts";

/** KIP-932: the share persister. */
export const DeleteShareGroupState = message({
  key: 86,
  name: "DeleteShareGroupState",
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
