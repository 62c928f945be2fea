import { bool, int16, int32, int64, message, since, string, struct } from "../schema.ts";

/** v3: flexible. v4: TRANSACTION_ABORTABLE. v5: the epoch rises with every transaction (KIP-890). */
export const EndTxn = message({
  key: 26,
  name: "EndTxn",
  versions: [0, 5],
  flexibleSince: 3,
  request: struct({
    transactionalId: string,
    producerId: int64,
    producerEpoch: int16,
    committed: bool,
  }),
  response: struct({
    throttleTimeMs: int32,
    errorCode: int16,
    producerId: since(5, int64, -1),
    producerEpoch: since(5, int16, -1),
  }),
});
