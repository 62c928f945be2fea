import { ZERO_UUID } from "../../../base/uuid.ts";
import {
  array,
  defaulted,
  int16,
  int32,
  int64,
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
 * Versions 0 to 2 carry record formats that Kafka 4 no longer takes; they are only advertised
 * (KAFKA-18659).
 *
 * v7: zstd (KIP-110). v8: errors by record (KIP-467). v9: flexible. v10: the current leader (KIP-951).
 * v11: TRANSACTION_ABORTABLE (KIP-890). v12: adds partitions to the transaction (KIP-890). v13: topic ids
 * (KIP-516).
 */
export const Produce = message({
  key: 0,
  name: "Produce",
  versions: [3, 13],
  flexibleSince: 9,
  request: struct({
    transactionalId: defaulted(nullable(string), null),
    acks: int16,
    timeoutMs: int32,
    topicData: array(
      struct({
        name: until(12, string, ""),
        topicId: since(13, uuid, ZERO_UUID),
        partitionData: array(
          struct({
            index: int32,
            records: nullable(records),
          }),
        ),
      }),
    ),
  }),
  response: struct({
    responses: array(
      struct({
        name: until(12, string),
        topicId: since(13, uuid),
        partitionResponses: array(
          struct({
            index: int32,
            errorCode: int16,
            baseOffset: int64,
            logAppendTimeMs: defaulted(int64, -1),
            logStartOffset: since(5, int64, -1),
            recordErrors: since(
              8,
              array(
                struct({
                  batchIndex: int32,
                  batchIndexErrorMessage: defaulted(nullable(string), null),
                }),
              ),
              [],
            ),
            errorMessage: since(8, nullable(string), null),
            currentLeader: tagged(
              0,
              10,
              struct({
                leaderId: defaulted(int32, -1),
                leaderEpoch: defaulted(int32, -1),
              }),
            ),
          }),
        ),
      }),
    ),
    throttleTimeMs: defaulted(int32, 0),
    nodeEndpoints: tagged(
      0,
      10,
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
