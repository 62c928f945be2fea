import { brokerKeys, topicKeys, type ConfigKey, type ConfigType } from "../../tables/config-keys.ts";
import { isBrokerKey, type BrokerConfig } from "./config/broker-config.ts";
import { inheritedConfig } from "./config/topic-config.ts";

/** Where a value comes from, by Kafka's numbers on the wire. */
export const CONFIG_SOURCE = {
  topic: 1,
  broker: 2,
  allBrokers: 3,
  static: 4,
  default: 5,
  brokerLogger: 6,
  clientMetrics: 7,
  group: 8,
} as const;

export const CONFIG_TYPE: Readonly<Record<ConfigType, number>> = {
  boolean: 1,
  string: 2,
  int: 3,
  short: 4,
  long: 5,
  double: 6,
  list: 7,
  class: 8,
  password: 9,
};

export interface ConfigSynonym {
  readonly name: string;
  readonly value: string | null;
  readonly source: number;
}

/** One key as DescribeConfigs tells it. */
export interface DescribedConfig {
  readonly name: string;
  readonly value: string | null;
  readonly readOnly: boolean;
  readonly configSource: number;
  readonly isSensitive: boolean;
  /** Every place that gives this key a value, the one in force first. */
  readonly synonyms: readonly ConfigSynonym[];
  readonly configType: number;
  readonly documentation: string;
}

/** The values of broker keys at every level, strongest first: what stands for a key when nothing nearer is set. */
function brokerSynonyms(
  names: readonly string[],
  broker: BrokerConfig,
  described = names[0],
): ConfigSynonym[] {
  const levels: [number, (name: string) => string | null | undefined][] = [
    [CONFIG_SOURCE.broker, (name) => broker.overrides.own.get(name)],
    [CONFIG_SOURCE.allBrokers, (name) => broker.overrides.cluster.get(name)],
    [CONFIG_SOURCE.static, (name) => broker.started.get(name)?.value ?? impliedValue(name)],
    [CONFIG_SOURCE.default, defaultValue],
  ];
  const all = levels.flatMap(([source, valueOf]) =>
    names.flatMap((name) => {
      const value = valueOf(name);
      return value === undefined || value === null ? [] : [{ name, value, source }];
    }),
  );
  // Kafka leaves out what stands before the first value of the described name; so keys in other units vanish.
  const first = all.findIndex((synonym) => synonym.name === described);
  return first < 0 ? [] : all.slice(first);
}

function impliedValue(name: string): string | null {
  const key: ConfigKey | null = isBrokerKey(name) ? brokerKeys[name] : null;
  return key?.implied === true ? key.default : null;
}

function defaultValue(name: string): string | null {
  const key: ConfigKey | null = isBrokerKey(name) ? brokerKeys[name] : null;
  return key === null || key.implied === true ? null : key.default;
}

/** The keys of a topic or a group: set on the resource itself, or inherited from the broker. */
export interface ResourceTable {
  readonly keys: Readonly<Record<string, ConfigKey>>;
  readonly source: number;
}

export const topicTable: ResourceTable = { keys: topicKeys, source: CONFIG_SOURCE.topic };

export function describeResource(
  table: ResourceTable,
  overrides: ReadonlyMap<string, string>,
  broker: BrokerConfig,
): DescribedConfig[] {
  return Object.entries(table.keys)
    .filter(([name, key]) => key.internal !== true || overrides.has(name))
    .map(([name, key]) => describeResourceKey({ name, key, source: table.source, overrides, broker }));
}

interface ResourceKey {
  readonly name: string;
  readonly key: ConfigKey;
  readonly source: number;
  readonly overrides: ReadonlyMap<string, string>;
  readonly broker: BrokerConfig;
}

function describeResourceKey({ name, key, source, overrides, broker }: ResourceKey): DescribedConfig {
  const own = overrides.get(name);
  const inherited = key.synonyms === undefined ? [] : brokerSynonyms(key.synonyms, broker);
  const synonyms = own === undefined ? inherited : [{ name, value: own, source }, ...inherited];
  return {
    name,
    value: own ?? inheritedConfig(name, key, broker),
    readOnly: false,
    configSource: synonyms[0]?.source ?? CONFIG_SOURCE.default,
    isSensitive: key.type === "password",
    synonyms,
    configType: CONFIG_TYPE[key.type],
    documentation: key.doc,
  };
}

/** Every key of this broker, set or not; then what was set that we don't know, which may hold secrets. */
export function describeBroker(broker: BrokerConfig): DescribedConfig[] {
  const known: readonly [string, ConfigKey][] = Object.entries(brokerKeys);
  const isShown = ([name, key]: readonly [string, ConfigKey]): boolean =>
    (key.internal !== true && key.update !== "dynamic") || broker.isSet(name);
  const unknown = [
    ...broker.started.keys(),
    ...broker.overrides.own.keys(),
    ...broker.overrides.cluster.keys(),
  ]
    .filter((name) => !isBrokerKey(name))
    .map((name): [string, ConfigKey] => [name, UNKNOWN_KEY]);
  return [...known.filter(isShown), ...new Map(unknown)].map(([name, key]) =>
    describeBrokerKey(name, key, broker),
  );
}

const UNKNOWN_KEY: ConfigKey = {
  type: "password",
  default: null,
  importance: "low",
  update: "restart",
  doc: "",
};

function describeBrokerKey(name: string, key: ConfigKey, broker: BrokerConfig): DescribedConfig {
  const isSensitive = key.type === "password";
  const synonyms = brokerSynonyms(key.synonyms ?? [name], broker, name).map((synonym) =>
    isSensitive ? { ...synonym, value: null } : synonym,
  );
  return {
    name,
    value: isSensitive ? null : broker.raw(name),
    readOnly: key.update === "restart",
    configSource: synonyms[0]?.source ?? CONFIG_SOURCE.default,
    isSensitive,
    synonyms,
    configType: key === UNKNOWN_KEY ? 0 : CONFIG_TYPE[key.type],
    documentation: key.doc,
  };
}

/** What was set for all brokers, and nothing else. */
export function describeAllBrokers(overrides: ReadonlyMap<string, string>): DescribedConfig[] {
  return [...overrides].map(([name, text]) => {
    const key: ConfigKey = isBrokerKey(name) ? brokerKeys[name] : UNKNOWN_KEY;
    const isSensitive = key.type === "password";
    const value = isSensitive ? null : text;
    return {
      name,
      value,
      readOnly: key.update === "restart" && key !== UNKNOWN_KEY,
      configSource: CONFIG_SOURCE.allBrokers,
      isSensitive,
      synonyms: [{ name, value, source: CONFIG_SOURCE.allBrokers }],
      configType: key === UNKNOWN_KEY ? 0 : CONFIG_TYPE[key.type],
      documentation: key.doc,
    };
  });
}
