import { array, bool, int16, int32, int8, message, string, struct, uuid } from "../schema.ts";

/** KIP-714. */
export const GetTelemetrySubscriptions = message({
  key: 71,
  name: "GetTelemetrySubscriptions",
  versions: [0, 0],
  flexibleSince: 0,
  request: struct({
    clientInstanceId: uuid,
  }),
  response: struct({
    throttleTimeMs: int32,
    errorCode: int16,
    clientInstanceId: uuid,
    subscriptionId: int32,
    acceptedCompressionTypes: array(int8),
    pushIntervalMs: int32,
    telemetryMaxBytes: int32,
    deltaTemporality: bool,
    requestedMetrics: array(string),
  }),
});
