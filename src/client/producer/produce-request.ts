import { errorName } from "../../tables/errors.ts";
import type { Produce } from "../../wire/kafka/messages/00-produce.ts";
import type { RequestInput, ResponseOf } from "../../wire/kafka/schema.ts";
import { KafkaError } from "../client-error.ts";
import type { ProducerBatch, BatchOutcome } from "./producer-batch.ts";
import type { Acks } from "./producer-options.ts";
import type { TopicPartition } from "../topic-partition.ts";
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

type TopicData = RequestInput<typeof Produce>["topicData"][0];
interface PartitionData {
  readonly index: number;
  readonly records: readonly Buffer[];
}

/** One request with the batches of one leader, at most one of each partition. `names`: of each batch. Nothing is copied. */
export function produceRequest(
  batches: readonly ProducerBatch[],
  terms: ProduceTerms,
  names: readonly TopicName[],
): RequestInput<typeof Produce> {
  const { acks, timeoutMs } = terms;
  const topicData: TopicData[] = [];
  const byTopic = new Map<string, PartitionData[]>();
  for (let i = 0; i < batches.length; i += 1) {
    const { target, buffer } = batches[i]!;
    const partition = { index: target.partition, records: buffer.pieces() };
    const sameTopic = byTopic.get(target.topic);
    if (sameTopic !== undefined) {
      sameTopic.push(partition);
      continue;
    }
    const partitionData = [partition];
    byTopic.set(target.topic, partitionData);
    const { name, topicId } = names[i]!;
    topicData.push({ name, topicId, partitionData });
  }
  return { acks, timeoutMs, topicData };
}

/** What the answer says of each batch, in the order of the batches, and of their `names`. */
export function produceOutcomes(
  response: ResponseOf<typeof Produce>,
  batches: readonly ProducerBatch[],
  names: readonly TopicName[],
): (BatchOutcome | KafkaError)[] {
  return batches.map(({ target }, i) => {
    const { name, topicId } = names[i]!;
    // An answer names the topic as the request did: by one of the two.
    const topic = response.responses.find((each) =>
      each.name === "" ? each.topicId === topicId : each.name === name,
    );
    const answer = topic?.partitionResponses.find(({ index }) => index === target.partition);
    return answer === undefined
      ? new KafkaError(actionOn(target), "UNKNOWN_SERVER_ERROR", "no answer for it")
      : outcomeOf(target, answer);
  });
}

type PartitionAnswer = ResponseOf<typeof Produce>["responses"][0]["partitionResponses"][0];

function outcomeOf(target: TopicPartition, answer: PartitionAnswer): BatchOutcome | KafkaError {
  const code = answer.errorCode === 0 ? "NONE" : errorName(answer.errorCode);
  // A duplicate had been stored by an earlier try whose answer was lost: that is what we wanted.
  if (code === "NONE" || code === "DUPLICATE_SEQUENCE_NUMBER") {
    return { baseOffset: answer.baseOffset, logAppendTimeMs: answer.logAppendTimeMs };
  }
  return new KafkaError(actionOn(target), code, refusal(answer.errorMessage, answer.recordErrors));
}

const actionOn = ({ topic, partition }: TopicPartition): string => `produce to ${topic}-${partition}`;

/** The broker's own words, with the records that it names (KIP-467). */
function refusal(message: string | null, recordErrors: PartitionAnswer["recordErrors"]): string {
  const records = recordErrors.map(
    ({ batchIndex, batchIndexErrorMessage }) =>
      `record ${batchIndex}: ${batchIndexErrorMessage ?? "refused"}`,
  );
  return [...(message === null || message === "" ? [] : [message]), ...records].join("; ");
}
