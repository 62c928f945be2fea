import { array, bool, int16, int32, message, nullable, string, struct, uint16, uuid } from "../schema.ts";

/** KIP-919. */
export const ControllerRegistration = message({
  key: 70,
  name: "ControllerRegistration",
  versions: [0, 0],
  flexibleSince: 0,
  listeners: ["controller"],
  request: struct({
    controllerId: int32,
    incarnationId: uuid,
    zkMigrationReady: bool,
    listeners: array(
      struct({
        name: string,
        host: string,
        port: uint16,
        securityProtocol: int16,
      }),
    ),
    features: array(
      struct({
        name: string,
        minSupportedVersion: int16,
        maxSupportedVersion: int16,
      }),
    ),
  }),
  response: struct({
    throttleTimeMs: int32,
    errorCode: int16,
    errorMessage: nullable(string),
  }),
});
