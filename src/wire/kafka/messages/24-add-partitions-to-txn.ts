import {
  array,
  bool,
  defaulted,
  int16,
  int32,
  int64,
  message,
  since,
  string,
  struct,
  until,
} from "../schema.ts";

const addPartitionsToTxnTopic = struct({
  name: string,
  partitions: array(int32),
});

const addPartitionsToTxnPartitionResult = struct({
  partitionIndex: int32,
  partitionErrorCode: int16,
});

const addPartitionsToTxnTopicResult = struct({
  name: string,
  resultsByPartition: array(addPartitionsToTxnPartitionResult),
});

/**
 * v3: flexible. v4: many transactions, only verified on demand, between brokers (KIP-890).
 * v5: TRANSACTION_ABORTABLE.
 */
export const AddPartitionsToTxn = message({
  key: 24,
  name: "AddPartitionsToTxn",
  versions: [0, 5],
  flexibleSince: 3,
  request: struct({
    transactions: since(
      4,
      array(
        struct({
          transactionalId: string,
          producerId: int64,
          producerEpoch: int16,
          verifyOnly: defaulted(bool, false),
          topics: array(addPartitionsToTxnTopic),
        }),
      ),
      [],
    ),
    v3AndBelowTransactionalId: until(3, string, ""),
    v3AndBelowProducerId: until(3, int64, 0),
    v3AndBelowProducerEpoch: until(3, int16, 0),
    v3AndBelowTopics: until(3, array(addPartitionsToTxnTopic), []),
  }),
  response: struct({
    throttleTimeMs: int32,
    errorCode: since(4, int16, 0),
    resultsByTransaction: since(
      4,
      array(
        struct({
          transactionalId: string,
          topicResults: array(addPartitionsToTxnTopicResult),
        }),
      ),
      [],
    ),
    resultsByTopicV3AndBelow: until(3, array(addPartitionsToTxnTopicResult), []),
  }),
});
