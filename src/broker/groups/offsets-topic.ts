import { decideCreateTopics } from "../../core/cluster/create-topics.ts";
import { NO_LEADER } from "../../core/cluster/partition-image.ts";
import type { Broker } from "../broker.ts";
import type { OffsetsTopic } from "./offsets-partition.ts";

export const OFFSETS_TOPIC = "__consumer_offsets";
const CREATE_TIMEOUT_MS = 30_000;

/** `__consumer_offsets` as the cluster metadata knows it; made when the first group asks for its coordinator. */
export function offsetsTopic({
  cluster,
  controller,
  config,
}: Pick<Broker, "cluster" | "controller" | "config">): OffsetsTopic {
  return {
    partitionCount: () => cluster.topics.get(OFFSETS_TOPIC)?.partitions.length ?? null,
    leaderOf(index) {
      const leader = cluster.partition(OFFSETS_TOPIC, index)?.leader ?? NO_LEADER;
      return leader === NO_LEADER ? null : leader;
    },
    async create() {
      const topic = {
        name: OFFSETS_TOPIC,
        numPartitions: config.number("offsets.topic.num.partitions"),
        // A cluster smaller than the wanted factor still must have groups.
        replicationFactor: Math.min(config.number("offsets.topic.replication.factor"), cluster.brokers.size),
        assignments: [],
        configs: [
          { name: "cleanup.policy", value: "compact" },
          { name: "compression.type", value: "producer" },
          { name: "segment.bytes", value: String(config.number("offsets.topic.segment.bytes")) },
        ],
      };
      const request = { topics: [topic], timeoutMs: CREATE_TIMEOUT_MS, validateOnly: false };
      await controller.change((context) => decideCreateTopics(context, request, { allowsInternal: true }));
      return cluster.topics.has(OFFSETS_TOPIC);
    },
  };
}
