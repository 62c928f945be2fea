import { ZERO_UUID } from "../../../base/uuid.ts";
import {
  array,
  defaulted,
  int16,
  int32,
  int64,
  int8,
  message,
  nullable,
  records,
  since,
  string,
  struct,
  tagged,
  until,
  uuid,
} from "../schema.ts";

/**
 * v5: log start offset. v7: sessions (KIP-227). v9: leader epochs (KIP-320). v10: zstd (KIP-110).
 * v11: racks (KIP-392). v12: flexible, truncation on fetch (KIP-595). v13: topic ids (KIP-516). v14: tiered
 * storage (KIP-405). v15: replica state (KIP-903). v16: endpoints of leaders (KIP-951). v17: directory ids
 * (KIP-853). v18: high watermark (KIP-1166).
 */
export const Fetch = message({
  key: 1,
  name: "Fetch",
  versions: [4, 18],
  flexibleSince: 12,
  listeners: ["broker", "controller"],
  request: struct({
    clusterId: tagged(0, 12, nullable(string), null),
    replicaId: until(14, int32, -1), // -1 is a consumer.
    replicaState: tagged(
      1,
      15,
      struct({
        replicaId: defaulted(int32, -1),
        replicaEpoch: defaulted(int64, -1),
      }),
    ),
    maxWaitMs: int32,
    minBytes: int32,
    maxBytes: defaulted(int32, 0x7fffffff),
    isolationLevel: defaulted(int8, 0),
    sessionId: since(7, int32, 0),
    sessionEpoch: since(7, int32, -1),
    topics: array(
      struct({
        topic: until(12, string, ""),
        topicId: since(13, uuid, ZERO_UUID),
        partitions: array(
          struct({
            partition: int32,
            currentLeaderEpoch: since(9, int32, -1),
            fetchOffset: int64,
            lastFetchedEpoch: since(12, int32, -1),
            logStartOffset: since(5, int64, -1),
            partitionMaxBytes: int32,
            replicaDirectoryId: tagged(0, 17, uuid),
            highWatermark: tagged(1, 18, int64, Number.MAX_SAFE_INTEGER),
          }),
        ),
      }),
    ),
    forgottenTopicsData: since(
      7,
      array(
        struct({
          topic: until(12, string, ""),
          topicId: since(13, uuid, ZERO_UUID),
          partitions: array(int32),
        }),
      ),
      [],
    ),
    rackId: since(11, string, ""),
  }),
  response: struct({
    throttleTimeMs: int32,
    errorCode: since(7, int16, 0),
    sessionId: since(7, int32, 0),
    responses: array(
      struct({
        topic: until(12, string),
        topicId: since(13, uuid),
        partitions: array(
          struct({
            partitionIndex: int32,
            errorCode: int16,
            highWatermark: int64,
            lastStableOffset: defaulted(int64, -1),
            logStartOffset: since(5, int64, -1),
            divergingEpoch: tagged(
              0,
              12,
              struct({
                epoch: defaulted(int32, -1),
                endOffset: defaulted(int64, -1),
              }),
            ),
            currentLeader: tagged(
              1,
              12,
              struct({
                leaderId: defaulted(int32, -1),
                leaderEpoch: defaulted(int32, -1),
              }),
            ),
            snapshotId: tagged(
              2,
              12,
              struct({
                endOffset: defaulted(int64, -1),
                epoch: defaulted(int32, -1),
              }),
            ),
            abortedTransactions: nullable(
              array(
                struct({
                  producerId: int64,
                  firstOffset: int64,
                }),
              ),
            ),
            preferredReadReplica: since(11, int32, -1),
            records: nullable(records),
          }),
        ),
      }),
    ),
    nodeEndpoints: tagged(
      0,
      16,
      array(
        struct({
          nodeId: int32,
          host: string,
          port: int32,
          rack: defaulted(nullable(string), null),
        }),
      ),
    ),
  }),
});
