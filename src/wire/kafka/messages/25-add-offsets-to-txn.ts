import { int16, int32, int64, message, string, struct } from "../schema.ts";

/** v3: flexible. v4: TRANSACTION_ABORTABLE (KIP-890). */
export const AddOffsetsToTxn = message({
  key: 25,
  name: "AddOffsetsToTxn",
  versions: [0, 4],
  flexibleSince: 3,
  request: struct({
    transactionalId: string,
    producerId: int64,
    producerEpoch: int16,
    groupId: string,
  }),
  response: struct({
    throttleTimeMs: int32,
    errorCode: int16,
  }),
});
