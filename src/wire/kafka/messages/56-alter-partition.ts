import {
  array,
  defaulted,
  int16,
  int32,
  int64,
  int8,
  message,
  since,
  struct,
  until,
  uuid,
} from "../schema.ts";

/** KIP-497. v2: topic ids (KIP-704). v3: broker epochs of the ISR (KIP-903). */
export const AlterPartition = message({
  key: 56,
  name: "AlterPartition",
  versions: [2, 3],
  flexibleSince: 0,
  listeners: ["controller"],
  request: struct({
    brokerId: int32,
    brokerEpoch: defaulted(int64, -1),
    topics: array(
      struct({
        topicId: uuid,
        partitions: array(
          struct({
            partitionIndex: int32,
            leaderEpoch: int32,
            newIsr: until(2, array(int32), []),
            newIsrWithEpochs: since(
              3,
              array(
                struct({
                  brokerId: int32,
                  brokerEpoch: defaulted(int64, -1),
                }),
              ),
              [],
            ),
            leaderRecoveryState: defaulted(int8, 0),
            partitionEpoch: int32,
          }),
        ),
      }),
    ),
  }),
  response: struct({
    throttleTimeMs: int32,
    errorCode: int16,
    topics: array(
      struct({
        topicId: uuid,
        partitions: array(
          struct({
            partitionIndex: int32,
            errorCode: int16,
            leaderId: int32,
            leaderEpoch: int32,
            isr: array(int32),
            leaderRecoveryState: defaulted(int8, 0),
            partitionEpoch: int32,
          }),
        ),
      }),
    ),
  }),
});
