import { decideCreateTopics } from "../core/cluster/create-topics.ts";
import type { BrokerConfig } from "../core/cluster/config/broker-config.ts";
import { activeBrokers } from "../core/cluster/placement.ts";
import { isInternalTopic, OFFSETS_TOPIC } from "../core/cluster/topic-name.ts";
import { errorName } from "../tables/errors.ts";
import type { CreateTopics } from "../wire/kafka/messages/19-create-topics.ts";
import type { RequestOf } from "../wire/kafka/schema.ts";
import type { LogSink } from "../ports/log-sink.ts";
import type { Controller } from "./controller.ts";

type NewTopic = RequestOf<typeof CreateTopics>["topics"][number];

export interface TopicCreationOptions {
  readonly controller: Controller;
  readonly config: BrokerConfig;
  readonly log: LogSink;
}

/** Creates topics that nobody asked to create: those that clients merely use, and the broker's own. */
export class TopicCreation {
  private readonly options: TopicCreationOptions;
  private readonly coming = new Map<string, Promise<void>>();

  constructor(options: TopicCreationOptions) {
    this.options = options;
  }

  /** Resolves when the topic exists or can't be created; the reason then stands in the log. */
  create(name: string): Promise<void> {
    const coming = this.coming.get(name);
    if (coming !== undefined) return coming;
    const creation = this.createOnce(name).finally(() => this.coming.delete(name));
    this.coming.set(name, creation);
    return creation;
  }

  private async createOnce(name: string): Promise<void> {
    const { controller, log } = this.options;
    const request = { topics: [this.newTopic(name)], timeoutMs: 0, validateOnly: false };
    try {
      const { topics } = await controller.change((context) =>
        decideCreateTopics(context, request, { allowsInternal: true }),
      );
      const { errorCode: code, errorMessage } = topics[0]!;
      const error = errorName(code);
      if (error === "NONE") log.info("Created a topic on first use", { topic: name });
      else if (error !== "TOPIC_ALREADY_EXISTS") {
        log.warn("Cannot create a topic on first use", { topic: name, error, reason: errorMessage });
      }
    } catch (error) {
      log.error("Cannot create a topic on first use", { topic: name, reason: String(error) });
    }
  }

  private newTopic(name: string): NewTopic {
    const topic = { name, numPartitions: -1, replicationFactor: -1, assignments: [], configs: [] };
    if (!isInternalTopic(name)) return topic;
    const { config } = this.options;
    const kind =
      name === OFFSETS_TOPIC
        ? {
            partitions: config.number("offsets.topic.num.partitions"),
            replicas: config.number("offsets.topic.replication.factor"),
            segmentBytes: config.number("offsets.topic.segment.bytes"),
          }
        : {
            partitions: config.number("transaction.state.log.num.partitions"),
            replicas: config.number("transaction.state.log.replication.factor"),
            segmentBytes: config.number("transaction.state.log.segment.bytes"),
          };
    return {
      ...topic,
      numPartitions: kind.partitions,
      // Kafka refuses when there are fewer brokers; a small cluster that works serves its user better.
      replicationFactor: Math.min(kind.replicas, activeBrokers(this.options.controller.cluster).length),
      configs: [
        { name: "compression.type", value: "producer" },
        { name: "cleanup.policy", value: "compact" },
        { name: "segment.bytes", value: String(kind.segmentBytes) },
      ],
    };
  }
}
