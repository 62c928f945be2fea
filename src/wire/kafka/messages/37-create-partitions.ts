import { array, bool, defaulted, int16, int32, message, nullable, string, struct } from "../schema.ts";

/** v2: flexible. v3: THROTTLING_QUOTA_EXCEEDED (KIP-599). */
export const CreatePartitions = message({
  key: 37,
  name: "CreatePartitions",
  versions: [0, 3],
  flexibleSince: 2,
  listeners: ["broker", "controller"],
  request: struct({
    topics: array(
      struct({
        name: string,
        count: int32,
        assignments: nullable(
          array(
            struct({
              brokerIds: array(int32),
            }),
          ),
        ),
      }),
    ),
    timeoutMs: int32,
    validateOnly: bool,
  }),
  response: struct({
    throttleTimeMs: int32,
    results: array(
      struct({
        name: string,
        errorCode: int16,
        errorMessage: defaulted(nullable(string), null),
      }),
    ),
  }),
});
