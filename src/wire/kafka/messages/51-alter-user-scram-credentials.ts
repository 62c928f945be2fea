import { array, bytes, int16, int32, int8, message, nullable, string, struct } from "../schema.ts";

/** KIP-554. */
export const AlterUserScramCredentials = message({
  key: 51,
  name: "AlterUserScramCredentials",
  versions: [0, 0],
  flexibleSince: 0,
  listeners: ["broker", "controller"],
  request: struct({
    deletions: array(
      struct({
        name: string,
        mechanism: int8,
      }),
    ),
    upsertions: array(
      struct({
        name: string,
        mechanism: int8,
        iterations: int32,
        salt: bytes,
        saltedPassword: bytes,
      }),
    ),
  }),
  response: struct({
    throttleTimeMs: int32,
    results: array(
      struct({
        user: string,
        errorCode: int16,
        errorMessage: nullable(string),
      }),
    ),
  }),
});
