import {
  array,
  defaulted,
  int16,
  int32,
  int64,
  int8,
  message,
  nullable,
  string,
  struct,
  uuid,
} from "../schema.ts";

/** KIP-932: the share persister. */
export const ReadShareGroupState = message({
  key: 84,
  name: "ReadShareGroupState",
  versions: [0, 0],
  flexibleSince: 0,
  request: struct({
    groupId: string,
    topics: array(
      struct({
        topicId: uuid,
        partitions: array(
          struct({
            partition: int32,
            leaderEpoch: int32,
          }),
        ),
      }),
    ),
  }),
  response: struct({
    results: array(
      struct({
        topicId: uuid,
        partitions: array(
          struct({
            partition: int32,
            errorCode: int16,
            errorMessage: defaulted(nullable(string), null),
            stateEpoch: int32,
            startOffset: int64,
            stateBatches: array(
              struct({
                firstOffset: int64,
                lastOffset: int64,
                deliveryState: int8,
                deliveryCount: int16,
              }),
            ),
          }),
        ),
      }),
    ),
  }),
});
