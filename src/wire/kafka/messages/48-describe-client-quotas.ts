import { array, bool, float64, int16, int32, int8, message, nullable, string, struct } from "../schema.ts";

/** KIP-546. v1: flexible. */
export const DescribeClientQuotas = message({
  key: 48,
  name: "DescribeClientQuotas",
  versions: [0, 1],
  flexibleSince: 1,
  request: struct({
    components: array(
      struct({
        entityType: string,
        matchType: int8,
        match: nullable(string),
      }),
    ),
    strict: bool,
  }),
  response: struct({
    throttleTimeMs: int32,
    errorCode: int16,
    errorMessage: nullable(string),
    entries: nullable(
      array(
        struct({
          entity: array(
            struct({
              entityType: string,
              entityName: nullable(string),
            }),
          ),
          values: array(
            struct({
              key: string,
              value: float64,
            }),
          ),
        }),
      ),
    ),
  }),
});
