import { topicKeys } from "../../tables/config-keys.ts";
import type { BrokerConfig } from "./config/broker-config.ts";
import { configFault } from "./config/check-config.ts";
import { isTopicKey, topicConfig } from "./config/topic-config.ts";

/** What is wrong with one key of a topic, as a sentence; null when nothing is. */
export function topicKeyFault(name: string, value: string | null): string | null {
  if (!isTopicKey(name)) return `Unknown topic configuration key "${name}"`;
  if (value === null) return `The topic configuration key "${name}" has no value`;
  const fault = configFault(topicKeys[name], value);
  return fault === null ? null : `Invalid value "${value}" of "${name}": it ${fault}`;
}

/** What is wrong with all that is set for a topic together, as a sentence; null when nothing is. */
export function topicConfigFault(config: ReadonlyMap<string, string>, broker: BrokerConfig): string | null {
  for (const [name, value] of config) {
    const fault = topicKeyFault(name, value);
    if (fault !== null) return fault;
  }
  return combinationFault(config, broker);
}

function combinationFault(config: ReadonlyMap<string, string>, broker: BrokerConfig): string | null {
  const minLag = topicConfig("min.compaction.lag.ms", config, broker) as number;
  const maxLag = topicConfig("max.compaction.lag.ms", config, broker) as number;
  if (minLag > maxLag) return '"min.compaction.lag.ms" must not be greater than "max.compaction.lag.ms"';
  const isTiered = topicConfig("remote.storage.enable", config, broker) as boolean;
  if (isTiered && !broker.boolean("remote.log.storage.system.enable")) {
    return '"remote.storage.enable" needs tiered storage, which this broker does not have switched on';
  }
  return null;
}
