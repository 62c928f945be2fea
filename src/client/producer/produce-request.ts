import { errorName } from "../../tables/errors.ts";
import type { Produce } from "../../wire/kafka/messages/00-produce.ts";
import type { RequestInput, ResponseOf } from "../../wire/kafka/schema.ts";
import { KafkaError } from "../client-error.ts";
import type { ProducerBatch, BatchOutcome } from "./producer-batch.ts";
import type { Acks } from "./producer-options.ts";
import type { Uuid } from "../../base/uuid.ts";

/** A topic as a request names it: from version 13 by its id, before by its name (KIP-516). */
export interface TopicName {
  readonly name: string;
  readonly topicId: Uuid;
}

export interface ProduceTerms {
  readonly acks: Acks;
  /** Milliseconds that the broker may wait for the replicas. */
  readonly timeoutMs: number;
}

/** One request with the batches of one leader, at most one of each partition. Nothing is copied. */
export function produceRequest(
  batches: readonly ProducerBatch[],
  terms: ProduceTerms,
  topicOf: (name: string) => TopicName,
): RequestInput<typeof Produce> {
  const byTopic = new Map<string, { index: number; records: readonly Buffer[] }[]>();
  for (const { target, buffer } of batches) {
    const partition = { index: target.partition, records: buffer.pieces() };
    const sameTopic = byTopic.get(target.topic);
    if (sameTopic === undefined) byTopic.set(target.topic, [partition]);
    else sameTopic.push(partition);
  }
  const topicData = [...byTopic].map(([name, partitionData]) => ({ ...topicOf(name), partitionData }));
  return { ...terms, topicData };
}

/** What the answer says of each batch, in the order of the batches. */
export function produceOutcomes(
  response: ResponseOf<typeof Produce>,
  batches: readonly ProducerBatch[],
  topicOf: (name: string) => TopicName,
): (BatchOutcome | KafkaError)[] {
  return batches.map(({ target }) => {
    const { name, topicId } = topicOf(target.topic);
    // An answer names the topic as the request did: by one of the two.
    const topic = response.responses.find((each) =>
      each.name === "" ? each.topicId === topicId : each.name === name,
    );
    const answer = topic?.partitionResponses.find(({ index }) => index === target.partition);
    const action = `produce to ${target.topic}-${target.partition}`;
    if (answer === undefined) return new KafkaError(action, "UNKNOWN_SERVER_ERROR", "no answer for it");
    const code = errorName(answer.errorCode);
    // A duplicate had been stored by an earlier try whose answer was lost: that is what we wanted.
    if (code === "NONE" || code === "DUPLICATE_SEQUENCE_NUMBER") {
      return { baseOffset: answer.baseOffset, logAppendTimeMs: answer.logAppendTimeMs };
    }
    return new KafkaError(action, code, refusal(answer.errorMessage, answer.recordErrors));
  });
}

type RecordErrors = ResponseOf<typeof Produce>["responses"][0]["partitionResponses"][0]["recordErrors"];

/** The broker's own words, with the records that it names (KIP-467). */
function refusal(message: string | null, recordErrors: RecordErrors): string {
  const records = recordErrors.map(
    ({ batchIndex, batchIndexErrorMessage }) =>
      `record ${batchIndex}: ${batchIndexErrorMessage ?? "refused"}`,
  );
  return [...(message === null || message === "" ? [] : [message]), ...records].join("; ");
}
