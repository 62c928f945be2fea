import { metadataRecord } from "../metadata-record.ts";
import {
  array,
  bool,
  defaulted,
  int16,
  int32,
  int64,
  nullable,
  since,
  string,
  struct,
  tagged,
  uint16,
  uuid,
} from "../schema.ts";

/**
 * v1: migration from ZooKeeper (KIP-866). v2: log directories (KIP-858). v3: the epoch before (KIP-966).
 * v4: cordoned directories (KIP-1066).
 */
export const RegisterBrokerRecord = metadataRecord({
  id: 0,
  name: "RegisterBrokerRecord",
  versions: [0, 4],
  body: struct({
    brokerId: int32,
    isMigratingZkBroker: since(2, bool, false),
    incarnationId: uuid,
    brokerEpoch: int64,
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
    rack: nullable(string),
    fenced: defaulted(bool, true),
    inControlledShutdown: since(1, bool, false),
    logDirs: tagged(0, 3, array(uuid)),
    cordonedLogDirs: tagged(1, 4, nullable(array(uuid)), null),
  }),
});
