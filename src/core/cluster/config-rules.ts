import {
  brokerKeys,
  clientMetricsKeys,
  groupKeys,
  topicKeys,
  type ConfigKey,
} from "../../tables/config-keys.ts";
import type { ErrorName } from "../../tables/errors.ts";
import { topicConfigFault, topicKeyFault } from "./check-topic-config.ts";
import { isBrokerKey, type BrokerConfig } from "./config/broker-config.ts";
import { configFault } from "./config/check-config.ts";
import { ALL_BROKERS, RESOURCE_TYPE, type ConfigResource } from "./config-resource.ts";
import type { DecisionContext } from "./decision.ts";

export interface ConfigFault {
  readonly error: ErrorName;
  readonly message: string | null;
}

/** What may be set for one resource. */
export interface ConfigRules {
  readonly keys: Readonly<Record<string, ConfigKey>>;
  readonly checkKey: (name: string, value: string) => ConfigFault | null;
  readonly checkDelete: (name: string) => ConfigFault | null;
  /** All values together, when each is fine. */
  readonly checkAll: (config: ReadonlyMap<string, string>) => ConfigFault | null;
}

const MIN_ISR = "min.insync.replicas";
const nothing = (): null => null;

function invalidRequest(message: string): ConfigFault {
  return { error: "INVALID_REQUEST", message };
}

function invalidConfig(message: string): ConfigFault {
  return { error: "INVALID_CONFIG", message };
}

/** The rules of a resource, or why it can't be configured at all. */
export function configRules(context: DecisionContext, resource: ConfigResource): ConfigRules | ConfigFault {
  switch (resource.type) {
    case RESOURCE_TYPE.topic:
      return topicRules(context, resource.name);
    case RESOURCE_TYPE.broker:
      return brokerRules(context, resource.name);
    case RESOURCE_TYPE.clientMetrics:
      return resource.name === "" ? invalidRequest("A subscription has a name") : clientMetricsRules;
    case RESOURCE_TYPE.group:
      return resource.name === "" ? invalidRequest("A group has a name") : groupRules(context.config);
    default:
      return invalidRequest(`Resources of type ${resource.type} have no configuration`);
  }
}

function topicRules({ image, config }: DecisionContext, name: string): ConfigRules | ConfigFault {
  if (name === "") return invalidRequest("A topic has a name");
  if (!image.topics.has(name)) {
    return { error: "UNKNOWN_TOPIC_OR_PARTITION", message: `There is no topic "${name}"` };
  }
  const wrap = (message: string | null): ConfigFault | null =>
    message === null ? null : invalidConfig(message);
  return {
    keys: topicKeys,
    checkKey: (key, value) => wrap(topicKeyFault(key, value)),
    checkDelete: nothing,
    checkAll: (values) => wrap(topicConfigFault(values, config)),
  };
}

function brokerRules({ image }: DecisionContext, name: string): ConfigRules | ConfigFault {
  const isForAll = name === ALL_BROKERS;
  if (!isForAll && !(/^\d+$/.test(name) && image.brokers.has(Number(name)))) {
    return invalidRequest(`"${name}" is not the id of a registered broker`);
  }
  return {
    keys: brokerKeys,
    checkKey(key, value) {
      // Kafka takes keys that it doesn't know: they may be meant for a plug-in.
      if (!isBrokerKey(key)) return null;
      if (key === MIN_ISR && image.isElrEnabled && !isForAll) {
        return invalidConfig(
          `With eligible leader replicas "${MIN_ISR}" is set for all brokers or for a topic`,
        );
      }
      return brokerKeyFault(key, value, isForAll);
    },
    checkDelete(key) {
      if (key !== MIN_ISR || !image.isElrEnabled || !isForAll) return null;
      return invalidConfig(`With eligible leader replicas "${MIN_ISR}" must stay set for all brokers`);
    },
    checkAll: nothing,
  };
}

function brokerKeyFault(name: string, value: string, isForAll: boolean): ConfigFault | null {
  const key: ConfigKey = (brokerKeys as Readonly<Record<string, ConfigKey>>)[name]!;
  if (key.update === "restart") {
    return invalidRequest(`"${name}" can only be changed in the properties file, with a restart`);
  }
  if (key.update === "broker" && isForAll) {
    return invalidRequest(`"${name}" can only be changed broker by broker`);
  }
  const isIdleCleaner = name === "log.cleaner.threads" && value.trim() === "0";
  const fault = isIdleCleaner ? "must be at least 1 in a running broker" : configFault(key, value);
  return fault === null ? null : invalidRequest(`Invalid value "${value}" of "${name}": it ${fault}`);
}

const INTERVAL_MS_MIN = 100;
const INTERVAL_MS_MAX = 3_600_000;
const MATCHED_PROPERTIES = [
  "client_instance_id",
  "client_id",
  "client_software_name",
  "client_software_version",
  "client_source_address",
  "client_source_port",
];

const clientMetricsRules: ConfigRules = {
  keys: clientMetricsKeys,
  checkKey(name, value) {
    const key = (clientMetricsKeys as Readonly<Record<string, ConfigKey>>)[name];
    if (key === undefined) return invalidRequest(`Unknown client metrics key "${name}"`);
    const fault = configFault(key, value) ?? clientMetricsFault(name, value);
    return fault === null ? null : invalidRequest(`Invalid value "${value}" of "${name}": it ${fault}`);
  },
  checkDelete: nothing,
  checkAll: nothing,
};

function clientMetricsFault(name: string, value: string): string | null {
  if (name === "interval.ms" && (Number(value) < INTERVAL_MS_MIN || Number(value) > INTERVAL_MS_MAX)) {
    return `must be from ${INTERVAL_MS_MIN} to ${INTERVAL_MS_MAX}`;
  }
  if (name !== "match" || value === "") return null;
  const isPair = (pair: string): boolean => {
    const [property, pattern] = pair.split("=", 2);
    return MATCHED_PROPERTIES.includes(property!.trim()) && pattern !== undefined;
  };
  return value.split(",").every(isPair) ? null : "must be pairs of a client property and a pattern";
}

function groupRules(config: BrokerConfig): ConfigRules {
  return {
    keys: groupKeys,
    checkKey(name, value) {
      const key = (groupKeys as Readonly<Record<string, ConfigKey>>)[name];
      if (key === undefined) return invalidConfig(`Unknown group configuration key "${name}"`);
      const fault = configFault(key, value) ?? groupLimitFault(name, value, config);
      return fault === null ? null : invalidConfig(`Invalid value "${value}" of "${name}": it ${fault}`);
    },
    checkDelete: nothing,
    checkAll: nothing,
  };
}

/** The broker limits a key such as `consumer.session.timeout.ms` by `group.consumer.{min,max}.session.timeout.ms`. */
function groupLimitFault(name: string, value: string, config: BrokerConfig): string | null {
  const dot = name.indexOf(".");
  const limit = (which: "min" | "max"): number | null => {
    const text = config.raw(`group.${name.slice(0, dot)}.${which}.${name.slice(dot + 1)}`);
    return text === null ? null : Number(text);
  };
  const min = limit("min");
  const max = limit("max");
  if (min !== null && Number(value) < min) return `must be at least ${min} here`;
  if (max !== null && Number(value) > max) return `must be at most ${max} here`;
  return null;
}
