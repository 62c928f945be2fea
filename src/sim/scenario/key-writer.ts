import { errorName } from "../../tables/errors.ts";
import { Produce } from "../../wire/kafka/messages/index.ts";
import { buildBatch } from "../../wire/kafka/record-batch.ts";
import { valueBytes } from "./record-values.ts";
import { isLost, type Scene } from "./scene.ts";
import { Session } from "./session.ts";

/** Writes few keys again and again, and deletes some: what a compacted topic is for. */
export async function keyWriter(scene: Scene): Promise<void> {
  const plan = scene.topics.find(({ policy }) => policy.isCompacted)!;
  const session = new Session(scene, "key writer");
  const { random } = session;
  for (let round = 0; round < 30; round += 1) {
    const name = `keys.${round}`;
    const isTombstone = random.chance(0.2);
    const key = `k${random.below(4)}`;
    const value = isTombstone ? null : valueBytes(name, random);
    const values = isTombstone ? [] : [name];
    const event = { topic: plan.name, partition: 0, values };
    const tombstones = isTombstone ? [key] : [];
    scene.note({ kind: "sent", ...event, producer: "keys", isIdempotent: false, tombstones });
    const records = buildBatch({
      baseOffset: 0,
      timestamp: scene.env.clock.now(),
      records: [{ key: Buffer.from(key), value }],
    });
    try {
      const response = await session.call(Produce, {
        acks: -1,
        timeoutMs: 10_000,
        topicData: [{ name: plan.name, topicId: plan.topicId, partitionData: [{ index: 0, records }] }],
      });
      const { errorCode, baseOffset } = response.responses[0]!.partitionResponses[0]!;
      scene.sometimes(`key writer's produce answered ${errorName(errorCode)}`);
      if (errorCode === 0) scene.note({ kind: "produced", ...event, acks: -1, baseOffset });
    } catch (error) {
      if (!isLost(error)) throw error;
    }
    await scene.sleep(random.below(500));
  }
  session.close();
}
