import { ZERO_UUID } from "../../base/uuid.ts";
import type { Broker } from "../../broker/broker.ts";
import { DelayedFetch } from "../../broker/delayed-fetch.ts";
import { failedRead, type PartitionRead } from "../../broker/read-partitions.ts";
import type { FetchPartition } from "../../core/fetch/fetch-session.ts";
import type { SessionPlan } from "../../core/fetch/fetch-session-cache.ts";
import { errorCode, type ErrorName } from "../../tables/errors.ts";
import { encodeFetchResponse } from "../../wire/kafka/fetch-path.ts";
import { Fetch } from "../../wire/kafka/messages/01-fetch.ts";
import { decodeRequest, type RequestOf, type ResponseInput } from "../../wire/kafka/schema.ts";
import { rawKafkaApi, type RequestContext } from "../kafka-api.ts";
import { countReads } from "../count-reads.ts";

/*
 * Fetch (1), versions 4 to 18. From 7: sessions (KIP-227); from 12: diverging epochs; from 13: topic ids
 * (KIP-516); from 16: leader hints. Rack awareness is read and has no effect while there is one broker.
 */

type Request = RequestOf<typeof Fetch>;
type Response = ResponseInput<typeof Fetch>;
type TopicResponse = Response["responses"][number];

const TOPIC_IDS_SINCE = 13;
const READ_COMMITTED = 1;
const NO_REPLICA = -1;

export const fetch = rawKafkaApi(Fetch, (broker, reader, context, respond) => {
  const request = decodeRequest(Fetch, context.apiVersion, reader);
  const isById = context.apiVersion >= TOPIC_IDS_SINCE;
  const answer = (response: Response): void => respond(encodeFetchResponse(context.apiVersion, response));
  const plan = broker.fetchSessions.plan(
    {
      sessionId: request.sessionId,
      sessionEpoch: request.sessionEpoch,
      usesTopicIds: isById,
      partitions: partitionsOf(broker, request, isById),
      forgotten: forgottenOf(request),
    },
    broker.env.clock.monotonic(),
  );
  if (plan.kind === "refused") {
    broker.requests.of(Fetch).countError(errorCode(plan.error));
    answer({ throttleTimeMs: 0, errorCode: errorCode(plan.error), sessionId: 0, responses: [] });
    return;
  }
  const fault = requestFault(request);
  if (fault !== null) {
    const reads = plan.partitions.map((partition) => failedRead(partition, fault, true));
    broker.requests.of(Fetch).countError(errorCode(fault));
    answer(responseOf(plan, reads, fault));
    return;
  }
  return new Promise<void>((resolve, reject) => {
    DelayedFetch.start(
      waitOf(broker, { request, plan, isById, closed: context.closed }),
      (reads) => {
        countReads(broker, reads);
        answer(responseOf(plan, reads, null));
        resolve();
      },
      reject,
    );
  });
});

interface Wait {
  readonly request: Request;
  readonly plan: Exclude<SessionPlan, { kind: "refused" }>;
  readonly isById: boolean;
  readonly closed: RequestContext["closed"];
}

function waitOf(broker: Broker, { request, plan, isById, closed }: Wait) {
  const maxBytes = Math.min(request.maxBytes, broker.config.number("fetch.max.bytes"));
  return {
    clock: broker.env.clock,
    partitions: broker.partitions,
    requests: plan.partitions,
    read: {
      maxBytes,
      isReadCommitted: request.isolationLevel === READ_COMMITTED,
      isById,
      replicaId: request.replicaId === NO_REPLICA ? request.replicaState.replicaId : request.replicaId,
    },
    minBytes: Math.min(request.minBytes, maxBytes),
    maxWaitMs: request.maxWaitMs,
    closed,
  };
}

/** What is wrong with the request as a whole; Kafka answers it on every partition too. */
function requestFault(request: Request): ErrorName | null {
  const isIsolationKnown = request.isolationLevel === 0 || request.isolationLevel === READ_COMMITTED;
  return isIsolationKnown ? null : "UNKNOWN_SERVER_ERROR";
}

function partitionsOf(broker: Broker, request: Request, isById: boolean): FetchPartition[] {
  const partitions: FetchPartition[] = [];
  for (const topic of request.topics) {
    const name = isById ? (broker.partitions.topicName(topic.topicId) ?? "") : topic.topic;
    for (const each of topic.partitions) {
      partitions.push({
        topic: name,
        topicId: topic.topicId,
        partition: each.partition,
        fetchOffset: each.fetchOffset,
        maxBytes: request.maxBytes < 0 ? request.maxBytes : each.partitionMaxBytes,
        currentLeaderEpoch: each.currentLeaderEpoch,
        lastFetchedEpoch: each.lastFetchedEpoch,
      });
    }
  }
  return partitions;
}

function forgottenOf(request: Request): FetchPartition[] {
  return request.forgottenTopicsData.flatMap(({ topic, topicId, partitions }) =>
    partitions.map((partition) => ({
      topic,
      topicId,
      partition,
      fetchOffset: 0,
      maxBytes: 0,
      currentLeaderEpoch: -1,
      lastFetchedEpoch: -1,
    })),
  );
}

function responseOf(plan: Wait["plan"], reads: readonly PartitionRead[], fault: ErrorName | null): Response {
  const { session } = plan;
  const responses: TopicResponse[] = [];
  for (const read of reads) {
    const isListed = session === null || session.mustList(read.request, outcomeOf(read));
    if (isListed || plan.kind === "full") addTo(responses, read);
  }
  return {
    throttleTimeMs: 0,
    errorCode: fault === null ? 0 : errorCode(fault),
    sessionId: session?.id ?? 0,
    responses,
  };
}

function outcomeOf(read: PartitionRead) {
  return {
    errorCode: read.error === null ? 0 : errorCode(read.error),
    highWatermark: read.highWatermark,
    logStartOffset: read.logStartOffset,
    recordsBytes: read.recordsBytes,
    mustBeListed: read.divergingEpoch !== null,
  };
}

/** Partitions of one topic that follow each other share an entry. */
function addTo(responses: TopicResponse[], read: PartitionRead): void {
  const { topic, topicId } = read.request;
  let last = responses[responses.length - 1];
  if (last === undefined || last.topic !== topic || last.topicId !== topicId) {
    last = { topic, topicId: topicId ?? ZERO_UUID, partitions: [] };
    responses.push(last);
  }
  (last.partitions as TopicResponse["partitions"][number][]).push({
    partitionIndex: read.request.partition,
    errorCode: read.error === null ? 0 : errorCode(read.error),
    highWatermark: read.highWatermark,
    lastStableOffset: read.lastStableOffset,
    logStartOffset: read.logStartOffset,
    ...(read.divergingEpoch === null ? {} : { divergingEpoch: read.divergingEpoch }),
    abortedTransactions: read.abortedTransactions,
    preferredReadReplica: -1,
    records: read.records,
  });
}
