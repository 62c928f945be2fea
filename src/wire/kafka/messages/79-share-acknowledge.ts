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
  since,
  string,
  struct,
  uuid,
} from "../schema.ts";

/** KIP-932. v2: renewals (KIP-1222). */
export const ShareAcknowledge = message({
  key: 79,
  name: "ShareAcknowledge",
  versions: [1, 2],
  flexibleSince: 0,
  request: struct({
    groupId: defaulted(nullable(string), null),
    memberId: nullable(string),
    shareSessionEpoch: int32,
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
  }),
  response: struct({
    throttleTimeMs: int32,
    errorCode: int16,
    errorMessage: defaulted(nullable(string), null),
    acquisitionLockTimeoutMs: since(2, int32, 0),
    responses: array(
      struct({
        topicId: uuid,
        partitions: array(
          struct({
            partitionIndex: int32,
            errorCode: int16,
            errorMessage: defaulted(nullable(string), null),
            currentLeader: struct({
              leaderId: int32,
              leaderEpoch: int32,
            }),
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
