import type { SeededRandom } from "../../base/seeded-random.ts";
import type { TopicPolicy } from "../invariants/history.ts";
import type { Swarm } from "./swarm.ts";

/** A topic of the workload; its id is learnt from the broker. */
export interface TopicPlan {
  readonly name: string;
  readonly partitions: number;
  readonly configs: Readonly<Record<string, string>>;
  readonly policy: TopicPolicy;
  topicId: string;
}

const RETENTION_BYTES = 3000;
export const KEPT: TopicPolicy = { isCompacted: false, retentionBytes: null, deleteRetentionMs: 0 };

/** Segments roll by time, because their smallest size is far more than a short run writes. */
export function planTopics(random: SeededRandom, swarm: Swarm): TopicPlan[] {
  const rollMs = String(random.pick([300, 2000, 3_600_000]));
  const kept = { "segment.ms": rollMs, "index.interval.bytes": String(random.pick([1, 500, 4096])) };
  const topics: TopicPlan[] = [plan("kept", { partitions: 2, configs: kept, policy: KEPT })];
  if (swarm.compaction) {
    const deleteRetentionMs = random.pick([500, 86_400_000]);
    const configs = {
      "cleanup.policy": "compact",
      "segment.ms": "400",
      "min.cleanable.dirty.ratio": "0.01",
      "delete.retention.ms": String(deleteRetentionMs),
    };
    const policy = { ...KEPT, isCompacted: true, deleteRetentionMs };
    topics.push(plan("compacted", { partitions: 1, configs, policy }));
  }
  if (swarm.retention) {
    const configs = { "segment.ms": "300", "retention.bytes": String(RETENTION_BYTES) };
    const policy = { ...KEPT, retentionBytes: RETENTION_BYTES };
    topics.push(plan("retained", { partitions: 1, configs, policy }));
  }
  return topics;
}

export function plan(name: string, rest: Omit<TopicPlan, "name" | "topicId">): TopicPlan {
  return { name, topicId: "", ...rest };
}
