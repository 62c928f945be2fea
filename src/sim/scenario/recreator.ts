import { errorName } from "../../tables/errors.ts";
import { Produce } from "../../wire/kafka/messages/index.ts";
import { createTopic, deleteTopic, topicIdOf } from "./administrator.ts";
import { fetchOnce } from "./consumer.ts";
import { batchOf } from "./record-values.ts";
import { isLost, type Scene } from "./scene.ts";
import { Session } from "./session.ts";
import type { TopicPlan } from "./topic-plan.ts";

const NAME = "reborn";
/** By name, a request that was held up somewhere may rightly reach the next topic of that name. */
const BY_ID = [13, 13] as const;

/** Deletes a topic and makes another of the same name: nothing of the old one may show in the new one. */
export async function recreator(scene: Scene): Promise<void> {
  const session = new Session(scene, "recreator");
  const { random } = session;
  for (let life = 0; life < 4; life += 1) {
    await createTopic(session, { name: NAME, partitions: 1, configs: {} });
    const topicId = await topicIdOf(session, { name: NAME, partitions: 1 });
    const plan: TopicPlan = { ...scene.topics[0]!, name: NAME, partitions: 1, topicId };
    for (let batch = 0; batch < 3; batch += 1) {
      await writeAndRead(session, plan, `${NAME}.${life}.${batch}`);
      await scene.sleep(random.below(500));
    }
    await deleteTopic(session, NAME);
    await scene.sleep(random.below(1000));
  }
  session.close();
}

async function writeAndRead(session: Session, plan: TopicPlan, value: string): Promise<void> {
  const { scene, random } = session;
  // Each life is a topic of its own in the history.
  const place = { topic: `${plan.name} ${plan.topicId}`, partition: 0 };
  const values = [value];
  scene.note({ kind: "sent", ...place, producer: "recreator", isIdempotent: false, values });
  const records = batchOf(values, random, { timestamp: scene.env.clock.now(), codec: "none" });
  const topicData = [{ name: plan.name, topicId: plan.topicId, partitionData: [{ index: 0, records }] }];
  try {
    const response = await session.call(Produce, { acks: -1, timeoutMs: 10_000, topicData }, BY_ID);
    const { errorCode } = response.responses[0]!.partitionResponses[0]!;
    scene.sometimes(`recreator's produce answered ${errorName(errorCode)}`);
    const answer = await fetchOnce(session, {
      plan,
      partition: 0,
      fromOffset: 0,
      maxBytes: 100_000,
      maxWaitMs: 0,
      versions: [13, 18],
    });
    if (!("records" in answer)) return;
    const { error, ...seen } = answer;
    void error;
    scene.note({ kind: "fetched", ...place, fromOffset: 0, ...seen });
  } catch (error) {
    // Whether it was stored is not known; what is there must still be of this life.
    if (!isLost(error)) throw error;
  }
}
