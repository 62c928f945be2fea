import { errorCode } from "../../tables/errors.ts";
import { DescribeTransactions } from "../../wire/kafka/messages/65-describe-transactions.ts";
import { kafkaApi } from "../kafka-api.ts";

/* DescribeTransactions (65), version 0: there are none (KIP-664). */
export const describeTransactions = kafkaApi(DescribeTransactions, (_, { transactionalIds }) => ({
  throttleTimeMs: 0,
  transactionStates: transactionalIds.map((transactionalId) => ({
    errorCode: errorCode(transactionalId === "" ? "INVALID_REQUEST" : "TRANSACTIONAL_ID_NOT_FOUND"),
    transactionalId,
    transactionState: "",
    transactionTimeoutMs: 0,
    transactionStartTimeMs: 0,
    producerId: 0,
    producerEpoch: 0,
    topics: [],
  })),
}));
