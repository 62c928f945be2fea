import { topicKeys, type ConfigKey, type TopicKey } from "../../../tables/config-keys.ts";
import type { LogConfig } from "../../log/log-config.ts";
import type { BrokerConfig } from "./broker-config.ts";
import { parseConfig, type ConfigValue } from "./config-value.ts";

const MS_PER_MINUTE = 60_000;
const MS_PER_HOUR = 3_600_000;

export function isTopicKey(name: string): name is TopicKey {
  return Object.hasOwn(topicKeys, name);
}

/** A broker synonym's text in the unit of the key that follows it. */
export function convertSynonym(name: string, synonym: string, text: string): string {
  if (!name.endsWith(".ms")) return text;
  if (synonym.endsWith(".minutes")) return String(Number(text) * MS_PER_MINUTE);
  if (synonym.endsWith(".hours")) return String(Number(text) * MS_PER_HOUR);
  return text;
}

/**
 * The text of an unset topic or group key: its first broker synonym that somebody set, else the synonym that
 * has a default, else the key's own default.
 */
export function inheritedConfig(name: string, key: ConfigKey, broker: BrokerConfig): string | null {
  const synonyms = key.synonyms ?? [];
  const set = synonyms.find((synonym) => broker.isSet(synonym));
  const text = set === undefined ? null : broker.raw(set);
  return set === undefined || text === null ? key.default : convertSynonym(name, set, text);
}

/** One value of a topic, from its own overrides or else from the broker. */
export function topicConfig(
  name: TopicKey,
  overrides: ReadonlyMap<string, string>,
  broker: BrokerConfig,
): ConfigValue {
  const key: ConfigKey = topicKeys[name];
  return parseConfig(key, overrides.get(name) ?? inheritedConfig(name, key, broker));
}

/** What the topic's logs obey. */
export function logConfigOf(overrides: ReadonlyMap<string, string>, broker: BrokerConfig): LogConfig {
  const number = (name: TopicKey): number => topicConfig(name, overrides, broker) as number;
  const text = (name: TopicKey): string => topicConfig(name, overrides, broker) as string;
  const policies = topicConfig("cleanup.policy", overrides, broker) as readonly string[];
  const internalSegmentBytes = topicConfig("internal.segment.bytes", overrides, broker) as number | null;
  return {
    cleanupPolicyDelete: policies.includes("delete"),
    cleanupPolicyCompact: policies.includes("compact"),
    compressionType: text("compression.type") as LogConfig["compressionType"],
    deleteRetentionMs: number("delete.retention.ms"),
    fileDeleteDelayMs: number("file.delete.delay.ms"),
    flushMessages: number("flush.messages"),
    flushMs: number("flush.ms"),
    fsyncBeforeAck: broker.boolean("millrace.fsync.before.ack"),
    indexIntervalBytes: number("index.interval.bytes"),
    maxCompactionLagMs: number("max.compaction.lag.ms"),
    maxMessageBytes: number("max.message.bytes"),
    messageTimestampAfterMaxMs: number("message.timestamp.after.max.ms"),
    messageTimestampBeforeMaxMs: number("message.timestamp.before.max.ms"),
    messageTimestampType: text("message.timestamp.type") as LogConfig["messageTimestampType"],
    minCleanableDirtyRatio: number("min.cleanable.dirty.ratio"),
    minCompactionLagMs: number("min.compaction.lag.ms"),
    minInsyncReplicas: number("min.insync.replicas"),
    retentionBytes: number("retention.bytes"),
    retentionMs: number("retention.ms"),
    segmentBytes: internalSegmentBytes ?? number("segment.bytes"),
    segmentIndexBytes: number("segment.index.bytes"),
    segmentJitterMs: number("segment.jitter.ms"),
    segmentMs: number("segment.ms"),
  };
}
