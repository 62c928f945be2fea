import { array, bool, float64, int16, int32, message, nullable, string, struct } from "../schema.ts";

/** KIP-546. v1: flexible. */
export const AlterClientQuotas = message({
  key: 49,
  name: "AlterClientQuotas",
  versions: [0, 1],
  flexibleSince: 1,
  listeners: ["broker", "controller"],
  request: struct({
    entries: array(
      struct({
        entity: array(
          struct({
            entityType: string,
            entityName: nullable(string),
          }),
        ),
        ops: array(
          struct({
            key: string,
            value: float64,
            remove: bool,
          }),
        ),
      }),
    ),
    validateOnly: bool,
  }),
  response: struct({
    throttleTimeMs: int32,
    entries: array(
      struct({
        errorCode: int16,
        errorMessage: nullable(string),
        entity: array(
          struct({
            entityType: string,
            entityName: nullable(string),
          }),
        ),
      }),
    ),
  }),
});
