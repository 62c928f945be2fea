import { bytes, int16, int32, int64, message, struct } from "../schema.ts";

/** KIP-48. v2: flexible. */
export const ExpireDelegationToken = message({
  key: 40,
  name: "ExpireDelegationToken",
  versions: [1, 2],
  flexibleSince: 2,
  listeners: ["broker", "controller"],
  request: struct({
    hmac: bytes,
    expiryTimePeriodMs: int64,
  }),
  response: struct({
    errorCode: int16,
    expiryTimestampMs: int64,
    throttleTimeMs: int32,
  }),
});
