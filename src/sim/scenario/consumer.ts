import { errorName } from "../../tables/errors.ts";
import { Fetch, ListOffsets } from "../../wire/kafka/messages/index.ts";
import type { Watermarks } from "../invariants/history.ts";
import { isLost, type Scene } from "./scene.ts";
import { seenIn, type Seen } from "./seen-records.ts";
import { Session } from "./session.ts";
import type { TopicPlan } from "./topic-plan.ts";

export interface FetchFrom {
  readonly plan: TopicPlan;
  readonly partition: number;
  readonly fromOffset: number;
  readonly maxBytes: number;
  readonly maxWaitMs: number;
  readonly versions?: readonly [number, number];
}

export type FetchAnswer = { readonly error: string } | (Watermarks & Seen & { readonly error: "NONE" });

/** @throws LinkError or NetworkError when no answer came. */
export async function fetchOnce(session: Session, from: FetchFrom): Promise<FetchAnswer> {
  const { plan, partition, fromOffset, maxBytes, maxWaitMs } = from;
  const invokedMs = session.scene.nowMs;
  const body = {
    maxWaitMs,
    minBytes: session.random.pick([0, 1, 1000]),
    maxBytes,
    isolationLevel: session.random.below(2),
    topics: [
      {
        topic: plan.name,
        topicId: plan.topicId,
        partitions: [{ partition, fetchOffset: fromOffset, partitionMaxBytes: maxBytes }],
      },
    ],
  };
  const response = await session.call(Fetch, body, from.versions);
  if (response.errorCode !== 0) return { error: errorName(response.errorCode) };
  const answer = response.responses[0]?.partitions[0];
  if (answer === undefined) return { error: "nothing was answered" };
  const error = errorName(answer.errorCode);
  if (error !== "NONE") return { error };
  const { highWatermark, lastStableOffset, logStartOffset } = answer;
  const watermarks = {
    invokedMs,
    completedMs: session.scene.nowMs,
    highWatermark,
    lastStableOffset,
    logStartOffset,
  };
  return { error, ...watermarks, ...seenIn(answer.records, fromOffset) };
}

/** The partition's end, or its start. @throws LinkError or NetworkError when no answer came. */
export async function lookUp(
  session: Session,
  at: { readonly plan: TopicPlan; readonly partition: number; readonly timestamp: number },
): Promise<number | string> {
  const { plan, partition, timestamp } = at;
  const versions = timestamp === -3 ? ([7, 11] as const) : ListOffsets.versions;
  const body = {
    replicaId: -1,
    topics: [{ name: plan.name, partitions: [{ partitionIndex: partition, timestamp }] }],
  };
  const response = await session.call(ListOffsets, body, versions);
  const { errorCode, offset } = response.topics[0]!.partitions[0]!;
  return errorCode === 0 ? offset : errorName(errorCode);
}

/** Reads here and there: from the start, the end, and the middle of batches. */
export async function consumer(scene: Scene, index: number): Promise<void> {
  const session = new Session(scene, `consumer${index}`);
  const { random } = session;
  let highestSeen = 0;
  for (let round = 0; round < 14; round += 1) {
    const plan = random.pick(scene.topics);
    const partition = random.below(plan.partitions);
    const fromOffset = random.below(highestSeen + 2);
    const maxBytes = random.pick([1, 300, 100_000]);
    try {
      const answer = await fetchOnce(session, {
        plan,
        partition,
        fromOffset,
        maxBytes,
        maxWaitMs: random.pick([0, 100, 1000]),
      });
      scene.sometimes(`fetch answered ${answer.error}`);
      if ("records" in answer) {
        const { error, ...seen } = answer;
        void error;
        scene.note({ kind: "fetched", topic: plan.name, partition, fromOffset, ...seen });
        if (seen.records.length > 0) scene.sometimes("a consumer read records while faults happened");
        highestSeen = Math.max(highestSeen, seen.highWatermark);
      }
    } catch (error) {
      if (!isLost(error)) throw error;
    }
    await scene.sleep(random.below(900));
  }
  session.close();
}
