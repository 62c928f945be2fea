import type { Broker } from "../../broker/broker.ts";
import type { Partition } from "../../broker/partition.ts";
import { soleBatchOf, validateBatch, type BatchRefusal } from "../../core/produce/validate-batch.ts";
import { errorCode, type ErrorName } from "../../tables/errors.ts";
import { Produce } from "../../wire/kafka/messages/00-produce.ts";
import { decodeProduceRequest, encodeProduceResponse } from "../../wire/kafka/produce-path.ts";
import * as batchOf from "../../wire/kafka/record-batch.ts";
import type { RequestOf, ResponseInput } from "../../wire/kafka/schema.ts";
import { rawKafkaApi, type RequestContext, type Respond } from "../kafka-api.ts";
import { findPartition } from "../find-partition.ts";

/*
 * Produce (0). Versions 3 to 13 are served; 0 is advertised as the lowest because librdkafka up to 2.11 tests
 * features against exact old versions and would silently stop compressing (KAFKA-18659).
 *
 * Appends happen here, synchronously and in request order; only the answer waits. acks=1 is answered once the
 * page cache has the batch, acks=all once the high watermark has passed it.
 */

type Request = RequestOf<typeof Produce>;
type TopicResponse = ResponseInput<typeof Produce>["responses"][number];
type PartitionResponse = {
  -readonly [
    K in keyof TopicResponse["partitionResponses"][number]
  ]: TopicResponse["partitionResponses"][number][K];
};

/** Kafka lets only its own admin client write to internal topics. */
const ADMIN_CLIENT_ID = "__admin_client";
const ACKS_ALL = -1;
const ACKS_NONE = 0;

export const produce = rawKafkaApi(
  Produce,
  (broker, reader, context, respond) => {
    const request = decodeProduceRequest(context.apiVersion, reader);
    new ProduceRun(broker, request, context).start(respond);
  },
  { advertisedMin: 0 },
);

/** One Produce request from its appends to its answer. */
class ProduceRun {
  private readonly broker: Broker;
  private readonly request: Request;
  private readonly context: RequestContext;
  private outstanding = 1; // The appends themselves hold one, so that an early commit cannot answer too soon.
  private hasFailed = false;

  constructor(broker: Broker, request: Request, context: RequestContext) {
    this.broker = broker;
    this.request = request;
    this.context = context;
  }

  start(respond: Respond): void {
    const { request } = this;
    const settle = (): void => {
      this.outstanding -= 1;
      if (this.outstanding > 0) return;
      if (request.acks === ACKS_NONE) respond(this.hasFailed ? "close" : null);
      else respond(encodeProduceResponse(this.context.apiVersion, { responses, throttleTimeMs: 0 }));
    };
    const responses = request.topicData.map((topic) => ({
      name: topic.name,
      topicId: topic.topicId,
      partitionResponses: topic.partitionData.map((data) => this.append(topic, data, settle)),
    }));
    settle();
  }

  private append(
    topic: Request["topicData"][number],
    data: Request["topicData"][number]["partitionData"][number],
    settle: () => void,
  ): PartitionResponse {
    const { acks, transactionalId } = this.request;
    if (acks < ACKS_ALL || acks > 1) return this.failed(data.index, "INVALID_REQUIRED_ACKS");
    const batch = soleBatchOf(data.records, this.context.apiVersion);
    if (!Buffer.isBuffer(batch)) return this.refused(data.index, batch, -1);
    if (batchOf.isTransactional(batch, 0) && transactionalId === null) {
      return this.failed(data.index, "TRANSACTIONAL_ID_AUTHORIZATION_FAILED");
    }
    const partition = findPartition(this.broker, topic.topicId, topic.name, {
      index: data.index,
      byId: this.context.apiVersion >= 13,
    });
    if (typeof partition === "string") return this.failed(data.index, partition);
    if (isInternalTopic(partition.topic) && this.context.clientId !== ADMIN_CLIENT_ID) {
      return this.failed(data.index, "INVALID_TOPIC_EXCEPTION");
    }
    return this.appendTo(partition, batch, settle);
  }

  private appendTo(partition: Partition, batch: Buffer, settle: () => void): PartitionResponse {
    const { log } = partition;
    const { acks } = this.request;
    if (acks === ACKS_ALL && partition.state.isr.length < partition.isrSizeMin) {
      return this.failed(partition.index, "NOT_ENOUGH_REPLICAS");
    }
    const nowMs = this.broker.env.clock.now();
    const stored = validateBatch(batch, {
      config: log.config,
      nowMs,
      requestVersion: this.context.apiVersion,
    });
    if (!Buffer.isBuffer(stored)) return this.refused(partition.index, stored, log.logStartOffset);
    throw new Error("unfinished");
  }

  private refused(index: number, refusal: BatchRefusal, logStartOffset: number): PartitionResponse {
    const response = this.failed(index, refusal.error);
    response.logStartOffset = refusal.foundByLog ? logStartOffset : -1;
    response.errorMessage = refusal.message;
    response.recordErrors = refusal.recordErrors;
    return response;
  }

  private failed(index: number, error: ErrorName): PartitionResponse {
    this.hasFailed = true;
    return {
      index,
      errorCode: errorCode(error),
      baseOffset: -1,
      logAppendTimeMs: -1,
      logStartOffset: -1,
      recordErrors: [],
      errorMessage: null,
    };
  }
}
