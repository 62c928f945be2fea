import { array, int16, int32, int8, message, nullable, string, struct } from "../schema.ts";

/** KIP-554. */
export const DescribeUserScramCredentials = message({
  key: 50,
  name: "DescribeUserScramCredentials",
  versions: [0, 0],
  flexibleSince: 0,
  listeners: ["broker", "controller"],
  request: struct({
    users: nullable(
      array(
        struct({
          name: string,
        }),
      ),
    ),
  }),
  response: struct({
    throttleTimeMs: int32,
    errorCode: int16,
    errorMessage: nullable(string),
    results: array(
      struct({
        user: string,
        errorCode: int16,
        errorMessage: nullable(string),
        credentialInfos: array(
          struct({
            mechanism: int8,
            iterations: int32,
          }),
        ),
      }),
    ),
  }),
});
