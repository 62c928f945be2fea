import { int16, int32, message, nullable, string, struct } from "../schema.ts";

export const UnregisterBroker = message({
  key: 64,
  name: "UnregisterBroker",
  versions: [0, 0],
  flexibleSince: 0,
  listeners: ["broker", "controller"],
  request: struct({
    brokerId: int32,
  }),
  response: struct({
    throttleTimeMs: int32,
    errorCode: int16,
    errorMessage: nullable(string),
  }),
});
