import { errorName } from "../../tables/errors.ts";
import { InitProducerId, Produce } from "../../wire/kafka/messages/index.ts";
import { batchOf, produceVersionsFor } from "./record-values.ts";
import { isLost, type Scene } from "./scene.ts";
import { Session } from "./session.ts";
import type { TopicPlan } from "./topic-plan.ts";

const IN_FLIGHT_MAX = 5;
const BATCHES = 16;

interface Batch {
  readonly values: readonly string[];
  readonly records: Buffer;
}

interface Target {
  readonly producer: string;
  readonly plan: TopicPlan;
  readonly partition: number;
}

/** As a Kafka client: up to five batches in flight, all that is not acknowledged is sent again in order, for ever. */
export async function idempotentProducer(scene: Scene, index: number): Promise<void> {
  const producer = `idempotent${index}`;
  const session = new Session(scene, producer);
  const { random } = session;
  const plan = random.pick(scene.topics.filter(({ policy }) => !policy.isCompacted));
  const target = { producer, plan, partition: random.below(plan.partitions) };
  const { producerId, producerEpoch } = await initProducerId(session);
  let sequence = 0;
  const batches = Array.from({ length: BATCHES }, (_, batch): Batch => {
    const values = Array.from({ length: random.between(1, 3) }, (_, i) => `${producer}.${batch}.${i}`);
    const timestamp = scene.env.clock.now();
    const records = batchOf(values, random, { timestamp, producerId, producerEpoch, baseSequence: sequence });
    sequence += values.length;
    return { values, records };
  });
  let unsent = 0;
  let acknowledged = 0;
  let waiting: Batch[] = [];
  while (waiting.length > 0 || unsent < batches.length) {
    // A broker that does not know the producer takes whatever comes first, Kafka too; so the first goes alone.
    const inFlightMax = acknowledged === 0 ? 1 : random.between(1, IN_FLIGHT_MAX);
    while (unsent < batches.length && waiting.length < inFlightMax) {
      const batch = batches[unsent]!;
      unsent += 1;
      scene.note({ kind: "sent", ...placeOf(target), producer, isIdempotent: true, values: batch.values });
      waiting.push(batch);
    }
    const isAcknowledged = await sendAll(session, target, waiting);
    if (waiting.some((_, i) => !isAcknowledged[i])) {
      scene.sometimes("an idempotent producer sends again");
      await scene.sleep(random.between(20, 400));
    } else await scene.sleep(random.below(300));
    waiting = waiting.filter((_, i) => !isAcknowledged[i]);
    acknowledged = unsent - waiting.length;
  }
  session.close();
}

function placeOf({ plan, partition }: Target) {
  return { topic: plan.name, partition };
}

async function initProducerId(session: Session) {
  return session.scene.retry(session.random, async () => {
    const answer = await session.call(InitProducerId, {
      transactionalId: null,
      transactionTimeoutMs: 60_000,
    });
    return answer.errorCode === 0 ? answer : undefined;
  });
}

/** Sends the batches one behind the other on one connection, then waits for all answers. */
async function sendAll(session: Session, target: Target, batches: readonly Batch[]): Promise<boolean[]> {
  const { scene, random } = session;
  const { plan, partition } = target;
  try {
    const link = await session.link();
    const answers = batches.map(async (batch) => {
      const response = await link.call(Produce, random.between(...produceVersionsFor(batch.records)), {
        acks: -1,
        timeoutMs: 10_000,
        topicData: [
          {
            name: plan.name,
            topicId: plan.topicId,
            partitionData: [{ index: partition, records: Buffer.from(batch.records) }],
          },
        ],
      });
      const { errorCode, baseOffset } = response.responses[0]!.partitionResponses[0]!;
      const error = errorName(errorCode);
      scene.sometimes(`idempotent produce answered ${error}`);
      if (errorCode === 0 && baseOffset >= 0) {
        scene.note({
          kind: "produced",
          topic: plan.name,
          partition,
          acks: -1,
          baseOffset,
          values: batch.values,
        });
      }
      return error === "NONE" || error === "DUPLICATE_SEQUENCE_NUMBER";
    });
    return await settleAll(answers);
  } catch (error) {
    if (!isLost(error)) throw error;
    return batches.map(() => false);
  }
}

/** A lost answer counts as not acknowledged; everything else that is thrown is a finding. */
async function settleAll(answers: readonly Promise<boolean>[]): Promise<boolean[]> {
  const settled = await Promise.allSettled(answers);
  return settled.map((one) => {
    if (one.status === "fulfilled") return one.value;
    if (!isLost(one.reason)) throw one.reason;
    return false;
  });
}
