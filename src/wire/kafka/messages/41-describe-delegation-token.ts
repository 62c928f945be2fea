import { array, bytes, int16, int32, int64, message, nullable, since, string, struct } from "../schema.ts";

/** KIP-48. v2: flexible. v3: tokens for others (KIP-373). */
export const DescribeDelegationToken = message({
  key: 41,
  name: "DescribeDelegationToken",
  versions: [1, 3],
  flexibleSince: 2,
  listeners: ["broker", "controller"],
  request: struct({
    owners: nullable(
      array(
        struct({
          principalType: string,
          principalName: string,
        }),
      ),
    ),
  }),
  response: struct({
    errorCode: int16,
    tokens: array(
      struct({
        principalType: string,
        principalName: string,
        tokenRequesterPrincipalType: since(3, string, ""),
        tokenRequesterPrincipalName: since(3, string, ""),
        issueTimestamp: int64,
        expiryTimestamp: int64,
        maxTimestamp: int64,
        tokenId: string,
        hmac: bytes,
        renewers: array(
          struct({
            principalType: string,
            principalName: string,
          }),
        ),
      }),
    ),
    throttleTimeMs: int32,
  }),
});
