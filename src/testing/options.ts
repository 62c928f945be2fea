import { ArgumentError } from "./argument-error.ts";
import { effectiveConfig } from "../broker/config.ts";
import { kafkaReleases, type KafkaRelease } from "./kafka-releases.ts";
import type { BrokerConfig } from "../core/cluster/config/broker-config.ts";

/** A topic to be made before the broker is handed over. */
export interface TopicOptions {
  readonly name: string;
  /** Default: what `num.partitions` says, 1. */
  readonly partitions?: number;
  /** Topic configuration by Kafka's names, such as `{ "cleanup.policy": "compact" }`. */
  readonly config?: Readonly<Record<string, ConfigValue>>;
}

export type ConfigValue = string | number | boolean;

export interface MillraceOptions {
  /** Topics to create, by name alone or with partitions and configuration. */
  readonly topics?: readonly (string | TopicOptions)[];
  /** Broker configuration by Kafka's names. It wins over the defaults for tests, see `TEST_CONFIG`. */
  readonly config?: Readonly<Record<string, ConfigValue>>;
  /** The port to listen on; default a free one. */
  readonly port?: number;
  /** Keep the data in this directory instead of in memory. Crashes and snapshots need memory. */
  readonly dataDir?: string;
  /**
   * Offer clients only what that release of Kafka had, so that they talk to the broker as they would to yours. How
   * requests are carried out stays the same. From "3.0" on.
   */
  readonly asVersion?: KafkaRelease;
  /** What `stop` does about faults that were asked for and never happened; default "warn", a process warning. */
  readonly unhitFaults?: "warn" | "throw" | "ignore";
}

/**
 * Where a broker inside a test differs from Kafka's defaults:
 *
 * - a new group does not wait three seconds for more members (`group.initial.rebalance.delay.ms`);
 * - moving the clock does not close connections as idle (`connections.max.idle.ms`);
 * - committed offsets live in one partition, which makes a start quicker (`offsets.topic.num.partitions`);
 * - each Fetch names all of its partitions, so that `requests()` and faults see them
 *   (`max.incremental.fetch.session.cache.slots`);
 * - nothing that was written waits for the clock to become readable (`millrace.fsync.linger.ms`).
 */
export const TEST_CONFIG: Readonly<Record<string, string>> = {
  "node.id": "1",
  "group.initial.rebalance.delay.ms": "0",
  "connections.max.idle.ms": String(Number.MAX_SAFE_INTEGER),
  "offsets.topic.num.partitions": "1",
  "max.incremental.fetch.session.cache.slots": "0",
  "millrace.fsync.linger.ms": "0",
};

/** @throws ArgumentError when a value is none that the key takes, or the release is not known. */
export function brokerConfig(options: MillraceOptions): BrokerConfig {
  const { asVersion } = options;
  if (asVersion !== undefined && !kafkaReleases.includes(asVersion)) {
    throw new ArgumentError(`asVersion is one of ${kafkaReleases.join(", ")}`);
  }
  const own = Object.entries(options.config ?? {}).map(([key, value]) => [key, String(value)]);
  const { config, errors } = effectiveConfig({ set: { ...TEST_CONFIG, ...Object.fromEntries(own) } });
  if (errors.length > 0) throw new ArgumentError(errors.join("\n"));
  return config;
}

/** @throws ArgumentError when two topics have one name. */
export function topicsOf(options: MillraceOptions): TopicOptions[] {
  const topics = (options.topics ?? []).map((topic) => (typeof topic === "string" ? { name: topic } : topic));
  const twice = topics.find(({ name }, index) => topics.findIndex((topic) => topic.name === name) !== index);
  if (twice !== undefined) throw new ArgumentError(`The topic "${twice.name}" is named twice`);
  return topics;
}
