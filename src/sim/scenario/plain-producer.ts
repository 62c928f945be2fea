import { errorName } from "../../tables/errors.ts";
import { Produce } from "../../wire/kafka/messages/index.ts";
import { batchOf, produceVersionsFor } from "./record-values.ts";
import type { Scene } from "./scene.ts";
import { isLost } from "./scene.ts";
import { Session } from "./session.ts";

/** Sends batches with any acks and never retries: what is refused or lost may be there or not. */
export async function plainProducer(scene: Scene, index: number): Promise<void> {
  const producer = `plain${index}`;
  const session = new Session(scene, producer);
  const { random } = session;
  for (let batch = 0; batch < 12; batch += 1) {
    const plan = random.pick(scene.topics);
    const partition = random.below(plan.partitions);
    const acks = random.pick([-1, -1, 1, 0] as const);
    const values = Array.from({ length: random.between(1, 4) }, (_, i) => `${producer}.${batch}.${i}`);
    scene.note({ kind: "sent", topic: plan.name, partition, producer, isIdempotent: false, values });
    const records = batchOf(values, random, { timestamp: scene.env.clock.now() });
    const body = {
      acks,
      timeoutMs: 10_000,
      topicData: [{ name: plan.name, topicId: plan.topicId, partitionData: [{ index: partition, records }] }],
    };
    try {
      if (acks === 0) {
        (await session.link()).send(Produce, random.between(...produceVersionsFor(records)), body);
      } else {
        const response = await session.call(Produce, body, produceVersionsFor(records));
        const answer = response.responses[0]!.partitionResponses[0]!;
        scene.sometimes(`produce answered ${errorName(answer.errorCode)}`);
        if (answer.errorCode === 0) {
          const { baseOffset } = answer;
          scene.note({ kind: "produced", topic: plan.name, partition, acks, baseOffset, values });
        }
      }
    } catch (error) {
      // Whether it was stored is not known, and nothing is promised.
      if (!isLost(error)) throw error;
    }
    await scene.sleep(random.below(1200));
  }
  session.close();
}
