import { array, int16, int32, message, string, struct } from "../schema.ts";

/** KIP-229. v2: flexible. */
export const DeleteGroups = message({
  key: 42,
  name: "DeleteGroups",
  versions: [0, 2],
  flexibleSince: 2,
  request: struct({
    groupsNames: array(string),
  }),
  response: struct({
    throttleTimeMs: int32,
    results: array(
      struct({
        groupId: string,
        errorCode: int16,
      }),
    ),
  }),
});
