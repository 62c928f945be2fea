import { array, bool, int16, int32, int8, message, nullable, string, struct } from "../schema.ts";

/** Replaces a whole configuration; IncrementalAlterConfigs took its place (KIP-339). v2: flexible. */
export const AlterConfigs = message({
  key: 33,
  name: "AlterConfigs",
  versions: [0, 2],
  flexibleSince: 2,
  listeners: ["broker", "controller"],
  request: struct({
    resources: array(
      struct({
        resourceType: int8,
        resourceName: string,
        configs: array(
          struct({
            name: string,
            value: nullable(string),
          }),
        ),
      }),
    ),
    validateOnly: bool,
  }),
  response: struct({
    throttleTimeMs: int32,
    responses: array(
      struct({
        errorCode: int16,
        errorMessage: nullable(string),
        resourceType: int8,
        resourceName: string,
      }),
    ),
  }),
});
