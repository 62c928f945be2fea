import { array, defaulted, int16, int32, int64, message, nullable, string, struct } from "../schema.ts";

/** KIP-664. */
export const DescribeProducers = message({
  key: 61,
  name: "DescribeProducers",
  versions: [0, 0],
  flexibleSince: 0,
  request: struct({
    topics: array(
      struct({
        name: string,
        partitionIndexes: array(int32),
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
            errorMessage: defaulted(nullable(string), null),
            activeProducers: array(
              struct({
                producerId: int64,
                producerEpoch: int32,
                lastSequence: defaulted(int32, -1),
                lastTimestamp: defaulted(int64, -1),
                coordinatorEpoch: int32,
                currentTxnStartOffset: defaulted(int64, -1),
              }),
            ),
          }),
        ),
      }),
    ),
  }),
});
