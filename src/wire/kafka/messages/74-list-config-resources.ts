import { array, int16, int32, int8, message, since, string, struct } from "../schema.ts";

/** KIP-714. v1: resources of every kind, not only of client metrics (KIP-1142). */
export const ListConfigResources = message({
  key: 74,
  name: "ListConfigResources",
  versions: [0, 1],
  flexibleSince: 0,
  request: struct({
    resourceTypes: since(1, array(int8), []),
  }),
  response: struct({
    throttleTimeMs: int32,
    errorCode: int16,
    configResources: array(
      struct({
        resourceName: string,
        resourceType: since(1, int8, 16),
      }),
    ),
  }),
});
