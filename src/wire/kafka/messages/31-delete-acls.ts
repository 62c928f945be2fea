import { array, defaulted, int16, int32, int8, message, nullable, string, struct } from "../schema.ts";

/** v1: patterns of resources (KIP-290). v2: flexible. v3: resources of users (KIP-373). */
export const DeleteAcls = message({
  key: 31,
  name: "DeleteAcls",
  versions: [1, 3],
  flexibleSince: 2,
  listeners: ["broker", "controller"],
  request: struct({
    filters: array(
      struct({
        resourceTypeFilter: int8,
        resourceNameFilter: nullable(string),
        patternTypeFilter: defaulted(int8, 3),
        principalFilter: nullable(string),
        hostFilter: nullable(string),
        operation: int8,
        permissionType: int8,
      }),
    ),
  }),
  response: struct({
    throttleTimeMs: int32,
    filterResults: array(
      struct({
        errorCode: int16,
        errorMessage: nullable(string),
        matchingAcls: array(
          struct({
            errorCode: int16,
            errorMessage: nullable(string),
            resourceType: int8,
            resourceName: string,
            patternType: defaulted(int8, 3),
            principal: string,
            host: string,
            operation: int8,
            permissionType: int8,
          }),
        ),
      }),
    ),
  }),
});
