import { errorName } from "../../tables/errors.ts";
import { OffsetCommit, OffsetFetch } from "../../wire/kafka/messages/index.ts";
import { findCoordinator } from "./find-coordinator.ts";
import { isLost, type Scene } from "./scene.ts";
import { Session } from "./session.ts";
import type { TopicPlan } from "./topic-plan.ts";

/** Commits rising offsets of one partition without being a member, and asks for them in between. */
export async function committer(scene: Scene, index: number): Promise<void> {
  const session = new Session(scene, `committer${index}`);
  const group = groupOf(index);
  const plan = scene.topics[0]!;
  await findCoordinator(session, group);
  for (let offset = 1; offset <= 10; offset += 1) {
    await commit(session, { group, topic: plan.name, topicId: plan.topicId, offset });
    await scene.sleep(session.random.below(1200));
    if (session.random.chance(0.3)) await askCommitted(session, { group, plan, partition: 0 });
  }
  await askCommitted(session, { group, plan, partition: 0 });
  session.close();
}

async function commit(
  session: Session,
  { group, topic, topicId, offset }: { group: string; topic: string; topicId: string; offset: number },
): Promise<void> {
  const { scene, random } = session;
  const metadata = `m${offset} \u00e9${random.below(100)}`;
  const invokedMs = scene.nowMs;
  const event = { kind: "committed", group, topic, partition: 0, offset, metadata, invokedMs } as const;
  const partitions = [{ partitionIndex: 0, committedOffset: offset, committedMetadata: metadata }];
  try {
    const response = await session.call(OffsetCommit, {
      groupId: group,
      memberId: "",
      topics: [{ name: topic, topicId, partitions }],
    });
    const error = errorName(response.topics[0]!.partitions[0]!.errorCode);
    scene.sometimes(`commit answered ${error}`);
    // An error may come after the record was written, for instance when its sync failed or took too long.
    scene.note({ ...event, outcome: error === "NONE" ? "done" : "unknown", atMs: scene.nowMs });
  } catch (error) {
    if (!isLost(error)) throw error;
    scene.note({ ...event, outcome: "unknown", atMs: scene.nowMs });
  }
}

/** Asks where the group stands, as its next owner would. */
export async function fetchCommitted(scene: Scene, index: number): Promise<void> {
  const session = new Session(scene, `next owner${index}`);
  await findCoordinator(session, groupOf(index));
  await askCommitted(session, { group: groupOf(index), plan: scene.topics[0]!, partition: 0 });
  session.close();
}

function groupOf(index: number): string {
  return `commits${index}`;
}

/** Asks and notes what the group has committed for a partition; -1 for nothing. */
export async function askCommitted(
  session: Session,
  at: { readonly group: string; readonly plan: TopicPlan; readonly partition: number },
): Promise<number> {
  const { scene } = session;
  const { group, plan, partition } = at;
  const committed = await scene.retry(session.random, async () => {
    const invokedMs = scene.nowMs;
    const topics = [{ name: plan.name, topicId: plan.topicId, partitionIndexes: [partition] }];
    const response = await session.call(OffsetFetch, {
      groupId: group,
      topics,
      groups: [{ groupId: group, topics }],
    });
    const answer = response.groups[0] ?? response;
    const found = answer.topics[0]?.partitions[0];
    if (answer.errorCode !== 0 || found === undefined || found.errorCode !== 0) return undefined;
    return { offset: found.committedOffset, metadata: found.metadata ?? "", invokedMs };
  });
  scene.note({ kind: "offsets-fetched", group, topic: plan.name, partition, ...committed });
  return committed.offset;
}
