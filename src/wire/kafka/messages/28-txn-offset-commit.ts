import { array, int16, int32, int64, message, nullable, since, string, struct } from "../schema.ts";

/**
 * v2: leader epochs (KIP-320). v3: flexible, fenced by group member (KIP-447). v4: TRANSACTION_ABORTABLE.
 * v5: adds the offsets partition to the transaction (KIP-890).
 */
export const TxnOffsetCommit = message({
  key: 28,
  name: "TxnOffsetCommit",
  versions: [0, 5],
  flexibleSince: 3,
  request: struct({
    transactionalId: string,
    groupId: string,
    producerId: int64,
    producerEpoch: int16,
    generationId: since(3, int32, -1),
    memberId: since(3, string, ""),
    groupInstanceId: since(3, nullable(string), null),
    topics: array(
      struct({
        name: string,
        partitions: array(
          struct({
            partitionIndex: int32,
            committedOffset: int64,
            committedLeaderEpoch: since(2, int32, -1),
            committedMetadata: nullable(string),
          }),
        ),
      }),
    ),
  }),
  response: struct({
    throttleTimeMs: int32,
    topics: array(
      struct({
        name: string,
        partitions: array(
          struct({
            partitionIndex: int32,
            errorCode: int16,
          }),
        ),
      }),
    ),
  }),
});
