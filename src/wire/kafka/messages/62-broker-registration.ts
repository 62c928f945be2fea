import {
  array,
  bool,
  defaulted,
  int16,
  int32,
  int64,
  message,
  nullable,
  since,
  string,
  struct,
  uint16,
  uuid,
} from "../schema.ts";

/**
 * KIP-631. v1: migration from ZooKeeper (KIP-866). v2: log directories (KIP-858). v3: the previous epoch
 * (KIP-966).
 */
export const BrokerRegistration = message({
  key: 62,
  name: "BrokerRegistration",
  versions: [0, 4],
  flexibleSince: 0,
  listeners: ["controller"],
  request: struct({
    brokerId: int32,
    clusterId: string,
    incarnationId: uuid,
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
    rack: nullable(string),
    isMigratingZkBroker: since(1, bool, false),
    logDirs: since(2, array(uuid), []),
    previousBrokerEpoch: since(3, int64, -1),
  }),
  response: struct({
    throttleTimeMs: int32,
    errorCode: int16,
    brokerEpoch: defaulted(int64, -1),
  }),
});
