import type { Broker } from "../../broker/broker.ts";
import { findLeader } from "../../broker/find-partition.ts";
import { StorageError } from "../../broker/log/storage-error.ts";
import type { Partition } from "../../broker/partition.ts";
import { isInternalTopic } from "../../core/cluster/topic-name.ts";
import { soleBatchOf, validateBatch, type BatchRefusal } from "../../core/produce/validate-batch.ts";
import { errorCode, type ErrorName } from "../../tables/errors.ts";
import { Produce } from "../../wire/kafka/messages/00-produce.ts";
import { decodeProduceRequest, encodeProduceResponse } from "../../wire/kafka/produce-path.ts";
import {
  BATCH_HEADER_BYTES,
  isTransactional,
  producerIdOf,
  recordCountOf,
} from "../../wire/kafka/record-batch.ts";
import type { RequestOf } from "../../wire/kafka/schema.ts";
import { rawKafkaApi, type RequestContext, type Respond } from "../kafka-api.ts";

/*
 * Produce (0). Versions 3 to 13 are served; 0 is advertised as the lowest because librdkafka up to 2.11 tests
 * features against exact old versions and would silently stop compressing (KAFKA-18659).
 *
 * Appends happen here, synchronously and in request order; only the answer waits. acks=1 is answered once the
 * page cache has the batch, acks=all once the high watermark has passed it.
 */

type Request = RequestOf<typeof Produce>;
type TopicData = Request["topicData"][number];
type PartitionData = TopicData["partitionData"][number];

interface PartitionResponse {
  index: number;
  errorCode: number;
  baseOffset: number;
  logAppendTimeMs: number;
  logStartOffset: number;
  recordErrors?: BatchRefusal["recordErrors"];
  errorMessage?: string | null;
}

/** Kafka lets only its own admin client write to internal topics. */
const ADMIN_CLIENT_ID = "__admin_client";
const TOPIC_IDS_SINCE = 13;
const ACKS_ALL = -1;
const ACKS_NONE = 0;
const ACKS_LEADER = 1;

export const produce = rawKafkaApi(
  Produce,
  (broker, reader, context, respond) => {
    const request = decodeProduceRequest(context.apiVersion, reader);
    new ProduceRun(broker, request, { context, respond }).start(request);
  },
  { advertisedMin: 0, releasesFrame: true },
);

/** One Produce request from its appends to its answer. */
class ProduceRun {
  private readonly broker: Broker;
  private readonly acks: number;
  private readonly transactionalId: string | null;
  private readonly context: RequestContext;
  private readonly respond: Respond;
  private readonly deadlineMs: number;
  private readonly nowMs: number;
  private responses: { name: string; topicId: string; partitionResponses: PartitionResponse[] }[] = [];
  private outstanding = 1; // The appends themselves hold one, so that an early commit cannot answer too soon.
  private hasFailed = false;

  constructor(
    broker: Broker,
    request: Request,
    io: { readonly context: RequestContext; readonly respond: Respond },
  ) {
    this.broker = broker;
    this.acks = request.acks;
    this.transactionalId = request.transactionalId;
    this.context = io.context;
    this.respond = io.respond;
    this.nowMs = broker.env.clock.now();
    this.deadlineMs = broker.env.clock.monotonic() + request.timeoutMs;
  }

  /** The request is not kept: its records would be held in memory for as long as the answer waits. */
  start({ topicData }: Request): void {
    const mixesProducerIds = this.transactionalId !== null && hasSeveralProducers(topicData);
    this.responses = withoutRepeats(topicData).map((topic) => ({
      name: topic.name,
      topicId: topic.topicId,
      partitionResponses: topic.partitionData.map((data) => this.append(topic, data, mixesProducerIds)),
    }));
    this.settle();
  }

  private settle(): void {
    this.outstanding -= 1;
    if (this.outstanding > 0) return;
    if (this.acks === ACKS_NONE) this.respond(this.hasFailed ? "close" : null);
    else {
      const response = { responses: this.responses, throttleTimeMs: 0 };
      this.respond(encodeProduceResponse(this.context.apiVersion, response));
    }
  }

  private append(topic: TopicData, data: PartitionData, mixesProducerIds: boolean): PartitionResponse {
    const { acks, transactionalId } = this;
    const { apiVersion, clientId } = this.context;
    if (acks < ACKS_ALL || acks > ACKS_LEADER) return this.failed(data.index, "INVALID_REQUIRED_ACKS");
    const partition = findLeader(this.broker.partitions, {
      topic: topic.name,
      topicId: topic.topicId,
      index: data.index,
      isById: apiVersion >= TOPIC_IDS_SINCE,
    });
    if (typeof partition === "string") return this.failed(data.index, partition);
    const batch = soleBatchOf(data.records, apiVersion);
    if (!Buffer.isBuffer(batch)) return this.refused(data.index, batch, -1);
    if (isTransactional(batch, 0)) {
      if (transactionalId === null) return this.failed(data.index, "TRANSACTIONAL_ID_AUTHORIZATION_FAILED");
      if (mixesProducerIds) return this.failed(data.index, "INVALID_PRODUCER_ID_MAPPING");
    }
    if (isInternalTopic(partition.topic) && clientId !== ADMIN_CLIENT_ID) {
      return this.failed(data.index, "INVALID_TOPIC_EXCEPTION");
    }
    if (acks === ACKS_ALL && partition.state.isr.length < partition.isrSizeMin) {
      return this.failed(data.index, "NOT_ENOUGH_REPLICAS");
    }
    return this.appendTo(partition, batch);
  }

  private appendTo(partition: Partition, batch: Buffer): PartitionResponse {
    const { log, index } = partition;
    const stored = validateBatch(batch, { config: log.config, nowMs: this.nowMs });
    if (!Buffer.isBuffer(stored)) return this.refused(index, stored, log.logStartOffset);
    let outcome;
    try {
      const isAwaited = this.acks === ACKS_ALL || partition.hasWaitingReaders;
      outcome = log.append(stored, { leaderEpoch: partition.leaderEpoch, origin: "client", isAwaited });
    } catch (error) {
      // The directory has said so itself; the producer gets the protocol's word and may try again.
      if (error instanceof StorageError) return this.failed(index, "KAFKA_STORAGE_ERROR");
      throw error;
    }
    if (outcome.kind === "refused") {
      return { ...this.failed(index, outcome.reason), logStartOffset: log.logStartOffset };
    }
    if (outcome.kind === "appended") {
      partition.traffic.receivedRecords += recordCountOf(stored, 0);
      partition.traffic.receivedBytes += stored.length;
    }
    const isAppendTime = log.config.messageTimestampType === "LogAppendTime";
    const response: PartitionResponse = {
      index,
      errorCode: 0,
      baseOffset: outcome.baseOffset,
      // Kafka tells the batch's own time with a duplicate, also where producers set the times.
      logAppendTimeMs: outcome.kind === "duplicate" ? outcome.timestamp : isAppendTime ? this.nowMs : -1,
      logStartOffset: log.logStartOffset,
    };
    if (this.acks === ACKS_ALL) this.awaitCommit(partition, outcome.lastOffset + 1, response);
    return response;
  }

  private awaitCommit(partition: Partition, endOffset: number, response: PartitionResponse): void {
    this.outstanding += 1;
    partition.whenCommitted(endOffset, this.deadlineMs, (isCommitted) => {
      if (!isCommitted) this.markUncommitted(partition, response);
      this.settle();
    });
    if (partition.waitingCommits > 0) this.broker.partitions.expectExpiry(partition);
  }

  /** The records stay in the log: the outcome is open, which a retriable error says (KAFKA-14034). */
  private markUncommitted(partition: Partition, response: PartitionResponse): void {
    response.errorCode = this.counted(partition.commitFailure);
    response.baseOffset = -1;
    response.logStartOffset = -1;
  }

  private refused(index: number, refusal: BatchRefusal, logStartOffset: number): PartitionResponse {
    return {
      ...this.failed(index, refusal.error),
      logStartOffset: refusal.foundByLog ? logStartOffset : -1,
      errorMessage: refusal.message,
      recordErrors: refusal.recordErrors,
    };
  }

  private failed(index: number, error: ErrorName): PartitionResponse {
    this.hasFailed = true;
    return { index, errorCode: this.counted(error), baseOffset: -1, logAppendTimeMs: -1, logStartOffset: -1 };
  }

  private counted(error: ErrorName): number {
    const code = errorCode(error);
    this.broker.requests.of(Produce).countError(code);
    return code;
  }
}

/** The transactional batches of one request must come from one producer. */
function hasSeveralProducers(topicData: readonly TopicData[]): boolean {
  const ids = new Set<number>();
  for (const { partitionData } of topicData) {
    for (const { records } of partitionData) {
      if (records !== null && records.length >= BATCH_HEADER_BYTES) ids.add(producerIdOf(records, 0));
    }
  }
  return ids.size > 1;
}

/** A partition that is named twice counts once, with its last records, as in Kafka. Nearly always there is none. */
function withoutRepeats(topicData: readonly TopicData[]): readonly TopicData[] {
  const [only] = topicData;
  if (topicData.length === 1 && only!.partitionData.length === 1) return topicData;
  const topics = new Map<string, { topic: TopicData; partitions: Map<number, PartitionData> }>();
  for (const topic of topicData) {
    const key = `${topic.name}/${topic.topicId}`;
    const known = topics.get(key) ?? { topic, partitions: new Map<number, PartitionData>() };
    for (const data of topic.partitionData) known.partitions.set(data.index, data);
    topics.set(key, known);
  }
  return Array.from(topics.values(), ({ topic, partitions }) => {
    return { ...topic, partitionData: [...partitions.values()] };
  });
}
