import { errorCode } from "../../tables/errors.ts";
import { AddPartitionsToTxn } from "../../wire/kafka/messages/24-add-partitions-to-txn.ts";
import { AddOffsetsToTxn } from "../../wire/kafka/messages/25-add-offsets-to-txn.ts";
import { EndTxn } from "../../wire/kafka/messages/26-end-txn.ts";
import { WriteTxnMarkers } from "../../wire/kafka/messages/27-write-txn-markers.ts";
import { TxnOffsetCommit } from "../../wire/kafka/messages/28-txn-offset-commit.ts";
import { kafkaApi } from "../kafka-api.ts";

/*
 * AddPartitionsToTxn (24), AddOffsetsToTxn (25), EndTxn (26), WriteTxnMarkers (27) and TxnOffsetCommit (28).
 *
 * There are no transactions yet. ApiVersions does not name these, so clients say so themselves; one that asks all
 * the same gets UNSUPPORTED_VERSION, which is final, wherever the answer has room for it.
 */

const UNSUPPORTED = errorCode("UNSUPPORTED_VERSION");
const hidden = { hidden: true } as const;

interface TopicOfTransaction {
  readonly name: string;
  readonly partitions: readonly number[];
}

function refuseTopics(topics: readonly TopicOfTransaction[]) {
  return topics.map(({ name, partitions }) => ({
    name,
    resultsByPartition: partitions.map((partitionIndex) => ({
      partitionIndex,
      partitionErrorCode: UNSUPPORTED,
    })),
  }));
}

export const addPartitionsToTxn = kafkaApi(
  AddPartitionsToTxn,
  (_, request) => ({
    throttleTimeMs: 0,
    resultsByTopicV3AndBelow: refuseTopics(request.v3AndBelowTopics),
    resultsByTransaction: request.transactions.map(({ transactionalId, topics }) => ({
      transactionalId,
      topicResults: refuseTopics(topics),
    })),
  }),
  hidden,
);

export const addOffsetsToTxn = kafkaApi(
  AddOffsetsToTxn,
  () => ({ throttleTimeMs: 0, errorCode: UNSUPPORTED }),
  hidden,
);

export const endTxn = kafkaApi(EndTxn, () => ({ throttleTimeMs: 0, errorCode: UNSUPPORTED }), hidden);

export const writeTxnMarkers = kafkaApi(
  WriteTxnMarkers,
  (_, { markers }) => ({
    markers: markers.map(({ producerId, topics }) => ({
      producerId,
      topics: topics.map(({ name, partitionIndexes }) => ({
        name,
        partitions: partitionIndexes.map((partitionIndex) => ({ partitionIndex, errorCode: UNSUPPORTED })),
      })),
    })),
  }),
  hidden,
);

export const txnOffsetCommit = kafkaApi(
  TxnOffsetCommit,
  (_, { topics }) => ({
    throttleTimeMs: 0,
    topics: topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode: UNSUPPORTED })),
    })),
  }),
  hidden,
);
