import { defaulted, int16, int32, int64, message, struct } from "../schema.ts";

/** KIP-730. */
export const AllocateProducerIds = message({
  key: 67,
  name: "AllocateProducerIds",
  versions: [0, 0],
  flexibleSince: 0,
  listeners: ["controller"],
  request: struct({
    brokerId: int32,
    brokerEpoch: defaulted(int64, -1),
  }),
  response: struct({
    throttleTimeMs: int32,
    errorCode: int16,
    producerIdStart: int64,
    producerIdLen: int32,
  }),
});
