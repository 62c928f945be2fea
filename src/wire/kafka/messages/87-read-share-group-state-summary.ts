import {
  array,
  defaulted,
  int16,
  int32,
  int64,
  message,
  nullable,
  since,
  string,
  struct,
  uuid,
} from "../schema.ts";

/** KIP-932: the share persister. v1: counts of finished deliveries (KIP-1226). */
export const ReadShareGroupStateSummary = message({
  key: 87,
  name: "ReadShareGroupStateSummary",
  versions: [0, 1],
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
            leaderEpoch: int32,
            startOffset: int64,
            deliveryCompleteCount: since(1, int32, -1),
          }),
        ),
      }),
    ),
  }),
});
