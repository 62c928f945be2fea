import { ZERO_UUID } from "../../base/uuid.ts";
import { errorName } from "../../tables/errors.ts";
import { CreateTopics, DeleteRecords, DeleteTopics, Metadata } from "../../wire/kafka/messages/index.ts";
import { isLost, type Scene } from "./scene.ts";
import { Session } from "./session.ts";
import { lookUp } from "./consumer.ts";
import type { TopicPlan } from "./topic-plan.ts";

/** Creates the topics of the workload and learns their ids; tries until it is done. */
export async function createTopics(scene: Scene): Promise<void> {
  const session = new Session(scene, "create topics");
  for (const plan of scene.topics) {
    await createTopic(session, plan);
    plan.topicId = await topicIdOf(session, plan);
  }
  session.close();
}

/** Waits until the topic is there. */
export async function topicIdOf(
  session: Session,
  { name, partitions }: Pick<TopicPlan, "name" | "partitions">,
): Promise<string> {
  const topicId = await session.scene.retry(session.random, async () => {
    const response = await session.call(Metadata, { topics: [{ name }] }, [10, 13]);
    const topic = response.topics[0]!;
    return topic.errorCode === 0 && topic.partitions.length === partitions ? topic.topicId : undefined;
  });
  session.scene.note({ kind: "topic-changed", topic: name, topicId });
  return topicId;
}

export async function createTopic(
  session: Session,
  plan: Pick<TopicPlan, "name" | "partitions" | "configs">,
): Promise<void> {
  session.scene.note({ kind: "topic-changing", topic: plan.name });
  await session.scene.retry(session.random, async () => {
    const response = await session.call(CreateTopics, {
      topics: [
        {
          name: plan.name,
          numPartitions: plan.partitions,
          replicationFactor: 1,
          assignments: [],
          configs: Object.entries(plan.configs).map(([name, value]) => ({ name, value })),
        },
      ],
    });
    const { errorCode, errorMessage } = response.topics[0]!;
    const error = errorName(errorCode);
    session.scene.sometimes(`create topic answered ${error}`);
    // A topic's own configuration is never wrong here, and trying again would not help.
    if (error === "INVALID_CONFIG" || error === "INVALID_REQUEST") throw new Error(errorMessage ?? error);
    return error === "NONE" || error === "TOPIC_ALREADY_EXISTS" ? error : undefined;
  });
}

/** Deletes records from the front of partitions. */
export async function recordDeleter(scene: Scene): Promise<void> {
  const session = new Session(scene, "record deleter");
  const { random } = session;
  for (let round = 0; round < 4; round += 1) {
    const plan = random.pick(scene.topics.filter(({ policy }) => !policy.isCompacted));
    const partition = random.below(plan.partitions);
    await scene.sleep(random.below(3000));
    try {
      const end = await lookUp(session, { plan, partition, timestamp: -1 });
      if (typeof end === "string" || end === 0) continue;
      const beforeOffset = random.below(end + 1);
      const event = { kind: "records-deleted", topic: plan.name, partition, beforeOffset } as const;
      scene.note({ ...event, outcome: "asked", atMs: scene.nowMs });
      const response = await session.call(DeleteRecords, {
        timeoutMs: 10_000,
        topics: [{ name: plan.name, partitions: [{ partitionIndex: partition, offset: beforeOffset }] }],
      });
      const error = errorName(response.topics[0]!.partitions[0]!.errorCode);
      scene.sometimes(`delete records answered ${error}`);
      if (error === "NONE") scene.note({ ...event, outcome: "done", atMs: scene.nowMs });
    } catch (error) {
      if (!isLost(error)) throw error;
    }
  }
  session.close();
}

/** Topics come and go while the rest of the work is done. */
export async function topicChurner(scene: Scene): Promise<void> {
  const session = new Session(scene, "topic churner");
  const { random } = session;
  for (let round = 0; round < 3; round += 1) {
    const name = `passing${round}`;
    await createTopic(session, { name, partitions: random.between(1, 3), configs: {} });
    await scene.sleep(random.below(2000));
    if (random.chance(0.3)) continue;
    await deleteTopic(session, name);
  }
  session.close();
}

/** Tries until it is done. */
export async function deleteTopic(session: Session, name: string): Promise<void> {
  const { scene, random } = session;
  scene.note({ kind: "topic-changing", topic: name });
  await scene.retry(random, async () => {
    const response = await session.call(DeleteTopics, {
      topics: [{ name, topicId: ZERO_UUID }],
      topicNames: [name],
      timeoutMs: 10_000,
    });
    const error = errorName(response.responses[0]!.errorCode);
    scene.sometimes(`delete topic answered ${error}`);
    return error === "NONE" || error === "UNKNOWN_TOPIC_OR_PARTITION" ? error : undefined;
  });
  scene.note({ kind: "topic-changed", topic: name, topicId: null });
}

/** Lists all topics, when nobody changes any. */
export async function listTopics(session: Session): Promise<void> {
  const topicIds = await session.scene.retry(session.random, async () => {
    const response = await session.call(Metadata, { topics: null }, [10, 13]);
    return new Map(response.topics.map((topic) => [topic.name ?? "", topic.topicId]));
  });
  session.scene.note({ kind: "topics-listed", topicIds });
}
