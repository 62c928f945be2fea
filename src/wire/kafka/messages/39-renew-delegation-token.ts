import { bytes, int16, int32, int64, message, struct } from "../schema.ts";

/** KIP-48. v2: flexible. */
export const RenewDelegationToken = message({
  key: 39,
  name: "RenewDelegationToken",
  versions: [1, 2],
  flexibleSince: 2,
  listeners: ["broker", "controller"],
  request: struct({
    hmac: bytes,
    renewPeriodMs: int64,
  }),
  response: struct({
    errorCode: int16,
    expiryTimestampMs: int64,
    throttleTimeMs: int32,
  }),
});
