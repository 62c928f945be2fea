import { array, int16, int32, message, since, string, struct } from "../schema.ts";

/** v3: flexible. v4: filter by state (KIP-518). v5: filter by type (KIP-848). */
export const ListGroups = message({
  key: 16,
  name: "ListGroups",
  versions: [0, 5],
  flexibleSince: 3,
  request: struct({
    statesFilter: since(4, array(string), []),
    typesFilter: since(5, array(string), []),
  }),
  response: struct({
    throttleTimeMs: since(1, int32, 0),
    errorCode: int16,
    groups: array(
      struct({
        groupId: string,
        protocolType: string,
        groupState: since(4, string, ""),
        groupType: since(5, string, ""),
      }),
    ),
  }),
});
