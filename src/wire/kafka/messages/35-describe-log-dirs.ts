import { array, bool, int16, int32, int64, message, nullable, since, string, struct } from "../schema.ts";

/**
 * KIP-113. v2: flexible. v3: an error of the whole answer. v4: sizes of volumes (KIP-827). v5: cordoned
 * directories (KIP-1066).
 */
export const DescribeLogDirs = message({
  key: 35,
  name: "DescribeLogDirs",
  versions: [1, 5],
  flexibleSince: 2,
  request: struct({
    topics: nullable(
      array(
        struct({
          topic: string,
          partitions: array(int32),
        }),
      ),
    ),
  }),
  response: struct({
    throttleTimeMs: int32,
    errorCode: since(3, int16, 0),
    results: array(
      struct({
        errorCode: int16,
        logDir: string,
        topics: array(
          struct({
            name: string,
            partitions: array(
              struct({
                partitionIndex: int32,
                partitionSize: int64,
                offsetLag: int64,
                isFutureKey: bool,
              }),
            ),
          }),
        ),
        totalBytes: since(4, int64, -1),
        usableBytes: since(4, int64, -1),
        isCordoned: since(5, bool, false),
      }),
    ),
  }),
});
