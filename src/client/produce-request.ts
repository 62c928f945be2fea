import type { CodecName } from "../base/compression.ts";
import { errorName } from "../tables/errors.ts";
import { Produce } from "../wire/kafka/messages/00-produce.ts";
import { buildBatch } from "../wire/kafka/build-batch.ts";
import type { RequestInput } from "../wire/kafka/schema.ts";
import type { PendingBatch } from "./accumulator.ts";
import { asError, KafkaError } from "./client-error.ts";
import type { ClusterClient } from "./cluster-client.ts";

/** 0: nobody answers; 1: the leader has it; -1: every in-sync replica has it. */
export type Acks = 0 | 1 | -1;

export interface ProduceSettings {
  readonly acks: Acks;
  readonly compression: CodecName;
  readonly identity: { readonly producerId: number; readonly producerEpoch: number } | null;
}

export interface BatchOutcome {
  /** Offset of the first record; -1 when the broker did not say. */
  readonly baseOffset: number;
}

/** Versions above name topics by id, which an answer of an older broker does not give. */
const BY_NAME_VERSION_MAX = 12;

/**
 * Sends batches, one request per leader, and reports on each batch exactly once: what the broker said, or
 * the error that kept it from saying anything.
 */
export async function produceBatches(
  client: ClusterClient,
  batches: readonly PendingBatch[],
  ...[settings, report]: [ProduceSettings, (batch: PendingBatch, outcome: BatchOutcome | Error) => void]
): Promise<void> {
  const byLeader = new Map<number, PendingBatch[]>();
  for (const batch of batches) {
    try {
      const { leaderId } = await client.leaderOf(batch.topic, batch.partition);
      byLeader.set(leaderId, [...(byLeader.get(leaderId) ?? []), batch]);
    } catch (error) {
      report(batch, asError(error));
    }
  }
  await Promise.all(
    [...byLeader].map(async ([nodeId, group]) => {
      try {
        const outcomes = await produceTo(client, nodeId, group, settings);
        for (const batch of group) report(batch, outcomes(batch));
      } catch (error) {
        for (const batch of group) report(batch, asError(error));
      }
    }),
  );
}

async function produceTo(
  client: ClusterClient,
  nodeId: number,
  ...[batches, settings]: [readonly PendingBatch[], ProduceSettings]
): Promise<(batch: PendingBatch) => BatchOutcome | Error> {
  const body = produceBody(batches, settings, client.options.requestTimeoutMs);
  const route = { to: "node", nodeId } as const;
  const options = { versionMax: BY_NAME_VERSION_MAX };
  if (settings.acks === 0) {
    await client.sendOnly(route, Produce, body, options);
    return () => ({ baseOffset: -1 });
  }
  const response = await client.requestOnce(route, Produce, body, options);
  return (batch) => {
    const topic = response.responses.find(({ name }) => name === batch.topic);
    const answer = topic?.partitionResponses.find(({ index }) => index === batch.partition);
    const code = errorName(answer?.errorCode ?? -1);
    // A duplicate had been stored by an earlier try whose answer was lost: that is what we wanted.
    if (answer === undefined || (code !== "NONE" && code !== "DUPLICATE_SEQUENCE_NUMBER")) {
      return new KafkaError(`produce to ${batch.topic}-${batch.partition}`, code, answer?.errorMessage);
    }
    return { baseOffset: answer.baseOffset };
  };
}

function produceBody(
  batches: readonly PendingBatch[],
  settings: ProduceSettings,
  timeoutMs: number,
): RequestInput<typeof Produce> {
  const topicData = [...Map.groupBy(batches, ({ topic }) => topic)].map(([name, group]) => ({
    name,
    partitionData: group.map((batch) => ({
      index: batch.partition,
      records: recordBatch(batch, settings),
    })),
  }));
  return { transactionalId: null, acks: settings.acks, timeoutMs, topicData };
}

function recordBatch(batch: PendingBatch, { compression, identity }: ProduceSettings): Buffer {
  return buildBatch({
    baseOffset: 0,
    records: batch.records,
    codec: compression,
    producerId: identity?.producerId ?? -1,
    producerEpoch: identity?.producerEpoch ?? -1,
    baseSequence: batch.baseSequence,
  });
}
