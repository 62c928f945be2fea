import { defaulted, int16, int32, int64, message, nullable, since, string, struct } from "../schema.ts";

/**
 * v2: flexible. v3: epochs are bumped by the client's wish (KIP-360). v4: PRODUCER_FENCED (KIP-588).
 * v5: TRANSACTION_ABORTABLE (KIP-890). Kafka also defines an unstable v6 for two-phase commit (KIP-939),
 * which it neither advertises nor serves.
 */
export const InitProducerId = message({
  key: 22,
  name: "InitProducerId",
  versions: [0, 5],
  flexibleSince: 2,
  request: struct({
    transactionalId: nullable(string),
    transactionTimeoutMs: int32,
    producerId: since(3, int64, -1),
    producerEpoch: since(3, int16, -1),
  }),
  response: struct({
    throttleTimeMs: int32,
    errorCode: int16,
    producerId: defaulted(int64, -1),
    producerEpoch: int16,
  }),
});
