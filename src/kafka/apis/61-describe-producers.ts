import type { Broker } from "../../broker/broker.ts";
import { findLeader } from "../../broker/find-partition.ts";
import { ZERO_UUID } from "../../base/uuid.ts";
import { topicNameFault } from "../../core/cluster/topic-name.ts";
import { errorCode, errorText, type ErrorName } from "../../tables/errors.ts";
import { DescribeProducers } from "../../wire/kafka/messages/61-describe-producers.ts";
import type { ResponseInput } from "../../wire/kafka/schema.ts";
import { kafkaApi } from "../kafka-api.ts";

/* DescribeProducers (61), version 0: who writes idempotently to a partition (KIP-664). */

type Partition = ResponseInput<typeof DescribeProducers>["topics"][number]["partitions"][number];

export const describeProducers = kafkaApi(DescribeProducers, (broker, { topics }) => ({
  throttleTimeMs: 0,
  topics: topics.map(({ name, partitionIndexes }) => ({
    name,
    partitions: partitionIndexes.map((index) => describe(broker, name, index)),
  })),
}));

function describe(broker: Broker, topic: string, index: number): Partition {
  if (topicNameFault(topic) !== null) {
    return refused(index, "INVALID_TOPIC_EXCEPTION", errorText("INVALID_TOPIC_EXCEPTION"));
  }
  const partition = findLeader(broker.partitions, { topic, topicId: ZERO_UUID, index, isById: false });
  if (typeof partition === "string") {
    // Where only the partition is missing, Kafka says no more than the code.
    const isKnown = broker.cluster.topics.has(topic);
    return refused(index, partition, isKnown ? null : errorText(partition));
  }
  const activeProducers = [...partition.log.producers.entries()].map((producer) => ({
    producerId: producer.producerId,
    producerEpoch: producer.epoch,
    lastSequence: producer.batches.at(-1)?.lastSequence ?? -1,
    lastTimestamp: producer.lastTimestamp,
    coordinatorEpoch: producer.coordinatorEpoch,
    currentTxnStartOffset: producer.currentTransactionFirstOffset,
  }));
  return { partitionIndex: index, errorCode: errorCode("NONE"), activeProducers };
}

function refused(partitionIndex: number, error: ErrorName, errorMessage: string | null): Partition {
  return {
    partitionIndex,
    errorCode: errorCode(error),
    errorMessage,
    activeProducers: [],
  };
}
