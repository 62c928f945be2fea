import {
  array,
  bool,
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
  uuid,
} from "../schema.ts";

/**
 * KIP-932. v1: bounds by records and batches (KIP-932). v2: acquire modes (KIP-1206) and renewals
 * (KIP-1222).
 */
export const ShareFetch = message({
  key: 78,
  name: "ShareFetch",
  versions: [1, 2],
  flexibleSince: 0,
  request: struct({
    groupId: defaulted(nullable(string), null),
    memberId: nullable(string),
    shareSessionEpoch: int32,
    maxWaitMs: int32,
    minBytes: int32,
    maxBytes: defaulted(int32, 0x7fffffff),
    maxRecords: int32,
    batchSize: int32,
    shareAcquireMode: since(2, int8, 0),
    isRenewAck: since(2, bool, false),
    topics: array(
      struct({
        topicId: uuid,
        partitions: array(
          struct({
            partitionIndex: int32,
            acknowledgementBatches: array(
              struct({
                firstOffset: int64,
                lastOffset: int64,
                acknowledgeTypes: array(int8),
              }),
            ),
          }),
        ),
      }),
    ),
    forgottenTopicsData: array(
      struct({
        topicId: uuid,
        partitions: array(int32),
      }),
    ),
  }),
  response: struct({
    throttleTimeMs: int32,
    errorCode: int16,
    errorMessage: defaulted(nullable(string), null),
    acquisitionLockTimeoutMs: int32,
    responses: array(
      struct({
        topicId: uuid,
        partitions: array(
          struct({
            partitionIndex: int32,
            errorCode: int16,
            errorMessage: defaulted(nullable(string), null),
            acknowledgeErrorCode: int16,
            acknowledgeErrorMessage: defaulted(nullable(string), null),
            currentLeader: struct({
              leaderId: int32,
              leaderEpoch: int32,
            }),
            records: records,
            acquiredRecords: array(
              struct({
                firstOffset: int64,
                lastOffset: int64,
                deliveryCount: int16,
              }),
            ),
          }),
        ),
      }),
    ),
    nodeEndpoints: array(
      struct({
        nodeId: int32,
        host: string,
        port: int32,
        rack: defaulted(nullable(string), null),
      }),
    ),
  }),
});
