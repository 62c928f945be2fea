import { metadataRecord } from "../metadata-record.ts";
import { array, bool, int16, int32, string, struct, uint16, uuid } from "../schema.ts";

/** KIP-919. */
export const RegisterControllerRecord = metadataRecord({
  id: 27,
  name: "RegisterControllerRecord",
  versions: [0, 0],
  body: struct({
    controllerId: int32,
    incarnationId: uuid,
    zkMigrationReady: bool,
    endPoints: array(
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
});
