import { coordinatorRecord } from "../coordinator-record.ts";
import { array, int16, int32, int64, int8, nullable, string, struct, tagged } from "../schema.ts";

export const TransactionLog = coordinatorRecord({
  type: 0,
  name: "TransactionLog",
  versions: [0, 1],
  flexibleSince: 1,
  key: struct({
    transactionalId: string,
  }),
  value: struct({
    producerId: int64,
    previousProducerId: tagged(0, 1, int64, -1),
    nextProducerId: tagged(1, 1, int64, -1),
    producerEpoch: int16,
    nextProducerEpoch: tagged(3, 1, int16, -1),
    transactionTimeoutMs: int32,
    transactionStatus: int8,
    transactionPartitions: nullable(
      array(
        struct({
          topic: string,
          partitionIds: array(int32),
        }),
      ),
    ),
    transactionLastUpdateTimestampMs: int64,
    transactionStartTimestampMs: int64,
    clientTransactionVersion: tagged(2, 1, int16),
  }),
});
