import { array, defaulted, int16, int32, int8, message, nullable, string, struct } from "../schema.ts";

/** v1: patterns of resources (KIP-290). v2: flexible. v3: resources of users (KIP-373). */
export const CreateAcls = message({
  key: 30,
  name: "CreateAcls",
  versions: [1, 3],
  flexibleSince: 2,
  listeners: ["broker", "controller"],
  request: struct({
    creations: array(
      struct({
        resourceType: int8,
        resourceName: string,
        resourcePatternType: defaulted(int8, 3),
        principal: string,
        host: string,
        operation: int8,
        permissionType: int8,
      }),
    ),
  }),
  response: struct({
    throttleTimeMs: int32,
    results: array(
      struct({
        errorCode: int16,
        errorMessage: nullable(string),
      }),
    ),
  }),
});
