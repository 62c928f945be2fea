import { array, defaulted, int16, int32, int8, message, nullable, string, struct } from "../schema.ts";

/** v1: patterns of resources (KIP-290). v2: flexible. v3: resources of users (KIP-373). */
export const DescribeAcls = message({
  key: 29,
  name: "DescribeAcls",
  versions: [1, 3],
  flexibleSince: 2,
  listeners: ["broker", "controller"],
  request: struct({
    resourceTypeFilter: int8,
    resourceNameFilter: nullable(string),
    patternTypeFilter: defaulted(int8, 3),
    principalFilter: nullable(string),
    hostFilter: nullable(string),
    operation: int8,
    permissionType: int8,
  }),
  response: struct({
    throttleTimeMs: int32,
    errorCode: int16,
    errorMessage: nullable(string),
    resources: array(
      struct({
        resourceType: int8,
        resourceName: string,
        patternType: defaulted(int8, 3),
        acls: array(
          struct({
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
