import {
  array,
  bool,
  defaulted,
  int16,
  int32,
  int64,
  message,
  nullable,
  struct,
  tagged,
  uuid,
} from "../schema.ts";

/** KIP-631. v1: offline directories (KIP-858). v2: cordoned directories (KIP-1066). */
export const BrokerHeartbeat = message({
  key: 63,
  name: "BrokerHeartbeat",
  versions: [0, 2],
  flexibleSince: 0,
  listeners: ["controller"],
  request: struct({
    brokerId: int32,
    brokerEpoch: defaulted(int64, -1),
    currentMetadataOffset: int64,
    wantFence: bool,
    wantShutDown: bool,
    offlineLogDirs: tagged(0, 1, array(uuid)),
    cordonedLogDirs: tagged(1, 2, nullable(array(uuid)), null),
  }),
  response: struct({
    throttleTimeMs: int32,
    errorCode: int16,
    isCaughtUp: defaulted(bool, false),
    isFenced: defaulted(bool, true),
    shouldShutDown: bool,
  }),
});
