import { array, defaulted, int16, int32, message, nullable, string, struct, uuid } from "../schema.ts";

/** KIP-932. */
export const DeleteShareGroupOffsets = message({
  key: 92,
  name: "DeleteShareGroupOffsets",
  versions: [0, 0],
  flexibleSince: 0,
  request: struct({
    groupId: string,
    topics: array(
      struct({
        topicName: string,
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
        errorCode: int16,
        errorMessage: defaulted(nullable(string), null),
      }),
    ),
  }),
});
