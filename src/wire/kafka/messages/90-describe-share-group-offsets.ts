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

/** KIP-932. v1: lag (KIP-1226). */
export const DescribeShareGroupOffsets = message({
  key: 90,
  name: "DescribeShareGroupOffsets",
  versions: [0, 1],
  flexibleSince: 0,
  request: struct({
    groups: array(
      struct({
        groupId: string,
        topics: nullable(
          array(
            struct({
              topicName: string,
              partitions: array(int32),
            }),
          ),
        ),
      }),
    ),
  }),
  response: struct({
    throttleTimeMs: int32,
    groups: array(
      struct({
        groupId: string,
        topics: array(
          struct({
            topicName: string,
            topicId: uuid,
            partitions: array(
              struct({
                partitionIndex: int32,
                startOffset: int64,
                leaderEpoch: int32,
                lag: since(1, int64, -1),
                errorCode: int16,
                errorMessage: defaulted(nullable(string), null),
              }),
            ),
          }),
        ),
        errorCode: int16,
        errorMessage: defaulted(nullable(string), null),
      }),
    ),
  }),
});
