import { isActive } from "../../core/cluster/broker-image.ts";
import type { BrokerConfig } from "../../core/cluster/config/broker-config.ts";
import { decideCreateTopics } from "../../core/cluster/create-topics.ts";
import type { Controller } from "../controller.ts";
import type { OffsetsTopic } from "./offsets-partition.ts";

export const OFFSETS_TOPIC = "__consumer_offsets";

export interface ClusterOffsetsTopicOptions {
  readonly config: BrokerConfig;
  readonly controller: Pick<Controller, "cluster" | "change">;
}

/** `__consumer_offsets` as the cluster's metadata knows it. */
export class ClusterOffsetsTopic implements OffsetsTopic {
  readonly #config: BrokerConfig;
  readonly #controller: ClusterOffsetsTopicOptions["controller"];

  constructor({ config, controller }: ClusterOffsetsTopicOptions) {
    this.#config = config;
    this.#controller = controller;
  }

  partitionCount(): number | null {
    return this.#controller.cluster.topics.get(OFFSETS_TOPIC)?.partitions.length ?? null;
  }

  leaderOf(index: number): number | null {
    const leader = this.#controller.cluster.partition(OFFSETS_TOPIC, index)?.leader ?? -1;
    return leader === -1 ? null : leader;
  }

  /** Another request may have created it meanwhile: all that counts is whether it is there in the end. */
  async create(): Promise<boolean> {
    const config = this.#config;
    const topic = {
      name: OFFSETS_TOPIC,
      numPartitions: config.number("offsets.topic.num.partitions"),
      replicationFactor: this.#replicationFactor(),
      assignments: [],
      configs: [
        { name: "cleanup.policy", value: "compact" },
        { name: "compression.type", value: "producer" },
        { name: "segment.bytes", value: String(config.number("offsets.topic.segment.bytes")) },
      ],
    };
    const request = { topics: [topic], timeoutMs: 0, validateOnly: false };
    await this.#controller.change((context) =>
      decideCreateTopics(context, request, { allowsInternal: true }),
    );
    return this.partitionCount() !== null;
  }

  /**
   * As configured, but no more than there are brokers: where Kafka waits for three of them, groups on a single broker
   * work out of the box.
   */
  #replicationFactor(): number {
    let brokerCount = 0;
    for (const broker of this.#controller.cluster.brokers.values()) if (isActive(broker)) brokerCount += 1;
    return Math.max(1, Math.min(this.#config.number("offsets.topic.replication.factor"), brokerCount));
  }
}
