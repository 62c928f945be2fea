import { array, bytes, int16, int32, int64, message, nullable, since, string, struct } from "../schema.ts";

/** KIP-48. v2: flexible. v3: tokens for others (KIP-373). */
export const CreateDelegationToken = message({
  key: 38,
  name: "CreateDelegationToken",
  versions: [1, 3],
  flexibleSince: 2,
  listeners: ["broker", "controller"],
  request: struct({
    ownerPrincipalType: since(3, nullable(string), ""),
    ownerPrincipalName: since(3, nullable(string), ""),
    renewers: array(
      struct({
        principalType: string,
        principalName: string,
      }),
    ),
    maxLifetimeMs: int64,
  }),
  response: struct({
    errorCode: int16,
    principalType: string,
    principalName: string,
    tokenRequesterPrincipalType: since(3, string, ""),
    tokenRequesterPrincipalName: since(3, string, ""),
    issueTimestampMs: int64,
    expiryTimestampMs: int64,
    maxTimestampMs: int64,
    tokenId: string,
    hmac: bytes,
    throttleTimeMs: int32,
  }),
});
