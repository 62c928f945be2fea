import { errorName } from "../../tables/errors.ts";
import { Fetch } from "../../wire/kafka/messages/index.ts";
import { Violation } from "../invariants/invariant.ts";
import type { KafkaLink } from "./kafka-link.ts";
import { isLost, type Scene } from "./scene.ts";
import { seenIn } from "./seen-records.ts";
import { Session } from "./session.ts";

const NO_POLL_SKIP = { number: 21, name: "NoPollSkip" };

/**
 * Follows one topic from its start in incremental fetch sessions (KIP-227), as consumers do: after the first fetch it
 * names only the partitions whose position has moved. It must see every offset once and in order.
 */
export async function sessionConsumer(scene: Scene, index: number): Promise<void> {
  const session = new Session(scene, `session consumer${index}`);
  const plan = scene.topics[0]!;
  const positions = Array.from({ length: plan.partitions }, () => 0);
  for (let round = 0; round < 5; round += 1) {
    try {
      await followOneSession(session, await session.link(), positions);
    } catch (error) {
      // A lost connection or session ends the round; positions are the client's own.
      if (!isLost(error)) throw error;
    }
    await scene.sleep(session.random.below(600));
  }
  session.close();
}

async function followOneSession(session: Session, link: KafkaLink, positions: number[]): Promise<void> {
  const { scene, random } = session;
  const plan = scene.topics[0]!;
  const version = random.between(7, Fetch.versions[1]);
  let sessionId = 0;
  let moved = positions.map((_, partition) => partition);
  for (let epoch = 0; epoch < 8; epoch += 1) {
    const partitions = moved.map((partition) => {
      return { partition, fetchOffset: positions[partition]!, partitionMaxBytes: 100_000 };
    });
    const topics = partitions.length === 0 ? [] : [{ topic: plan.name, topicId: plan.topicId, partitions }];
    const invokedMs = scene.nowMs;
    const response = await link.call(Fetch, version, {
      maxWaitMs: 300,
      minBytes: 1,
      sessionId,
      sessionEpoch: epoch,
      topics,
    });
    const error = errorName(response.errorCode);
    scene.sometimes(`session fetch answered ${error}`);
    if (error !== "NONE") return;
    sessionId = response.sessionId;
    moved = [];
    for (const answer of response.responses.flatMap((topic) => topic.partitions)) {
      if (answer.errorCode !== 0) {
        scene.sometimes(`session fetch of a partition answered ${errorName(answer.errorCode)}`);
        if (errorName(answer.errorCode) !== "OFFSET_OUT_OF_RANGE") return;
        // Records were deleted under it: a consumer goes on where the log starts now.
        positions[answer.partitionIndex] = Math.max(0, answer.logStartOffset);
        return;
      }
      const fromOffset = positions[answer.partitionIndex]!;
      const seen = seenIn(answer.records, fromOffset);
      const { highWatermark, lastStableOffset, logStartOffset } = answer;
      const watermarks = {
        invokedMs,
        completedMs: scene.nowMs,
        highWatermark,
        lastStableOffset,
        logStartOffset,
      };
      const place = { topic: plan.name, partition: answer.partitionIndex };
      scene.note({ kind: "fetched", ...place, fromOffset, ...watermarks, ...seen });
      const last = seen.records.at(-1);
      if (last === undefined) continue;
      if (seen.records.length !== last.offset + 1 - fromOffset) {
        throw new Violation(
          NO_POLL_SKIP,
          `${plan.name}-${answer.partitionIndex} skipped records from ${fromOffset}`,
        );
      }
      positions[answer.partitionIndex] = last.offset + 1;
      moved.push(answer.partitionIndex);
    }
    if (sessionId === 0) return;
  }
}
