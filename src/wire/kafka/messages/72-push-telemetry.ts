import { bool, bytes, int16, int32, int8, message, struct, uuid } from "../schema.ts";

/** KIP-714. */
export const PushTelemetry = message({
  key: 72,
  name: "PushTelemetry",
  versions: [0, 0],
  flexibleSince: 0,
  request: struct({
    clientInstanceId: uuid,
    subscriptionId: int32,
    terminating: bool,
    compressionType: int8,
    metrics: bytes,
  }),
  response: struct({
    throttleTimeMs: int32,
    errorCode: int16,
  }),
});
