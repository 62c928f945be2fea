import { NO_LEADER } from "../../core/cluster/partition-image.ts";
import { OFFSETS_TOPIC } from "../../core/cluster/topic-name.ts";
import type { Broker } from "../broker.ts";
import type { OffsetsTopic } from "./offsets-partition.ts";

/** `__consumer_offsets` as the cluster metadata knows it; made when the first group asks for its coordinator. */
export function offsetsTopic({ cluster, controller }: Pick<Broker, "cluster" | "controller">): OffsetsTopic {
  return {
    partitionCount: () => cluster.topics.get(OFFSETS_TOPIC)?.partitions.length ?? null,
    leaderOf(index) {
      const leader = cluster.partition(OFFSETS_TOPIC, index)?.leader ?? NO_LEADER;
      return leader === NO_LEADER ? null : leader;
    },
    async create() {
      await controller.topics.create(OFFSETS_TOPIC);
      return cluster.topics.has(OFFSETS_TOPIC);
    },
  };
}
