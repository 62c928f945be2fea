import {
  BrokerConfig,
  isBrokerKey,
  type ConfigOrigin,
  type StaticConfig,
} from "../core/cluster/config/broker-config.ts";
import { configFault } from "../core/cluster/config/check-config.ts";
import { brokerKeys } from "../tables/config-keys.ts";
import { parseProperties } from "./properties.ts";

export interface ConfigSources {
  /** The text of a `server.properties` file. */
  readonly file?: string;
  /** The environment; only `KAFKA_*` and `MILLRACE_*` are looked at. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** `--set key=value` options and flags that stand for keys, by key. */
  readonly set?: Readonly<Record<string, string>>;
}

export interface EffectiveConfig {
  readonly config: BrokerConfig;
  /** Whole sentences for the operator; the broker can start. */
  readonly warnings: readonly string[];
  /** Whole sentences for the operator; the broker must not start with these values. */
  readonly errors: readonly string[];
}

/** Variables of Kafka's own scripts and images, which configure the Java process and not the broker. */
const SCRIPT_VARIABLES = new Set([
  "KAFKA_HEAP_OPTS",
  "KAFKA_LOG4J_OPTS",
  "KAFKA_GC_LOG_OPTS",
  "KAFKA_JMX_OPTS",
  "KAFKA_JMX_PORT",
  "KAFKA_JVM_PERFORMANCE_OPTS",
  "KAFKA_DEBUG",
  "KAFKA_HOME",
  "KAFKA_OPTS",
  "KAFKA_VERSION",
  "KAFKA_CLUSTER_ID",
]);
/** Kafka accepts any key under these prefixes. */
const OPEN_PREFIXES = ["listener.name.", "rsm.config.", "rlmm.config.", "config.providers."];

/** Merges defaults, file, environment and options; the later wins. Every value knows where it came from. */
export function effectiveConfig(sources: ConfigSources): EffectiveConfig {
  const started = new Map<string, StaticConfig>();
  const add = (entries: Iterable<readonly [string, string]>, origin: ConfigOrigin): void => {
    for (const [name, value] of entries) started.set(name, { value, origin });
  };
  add(parseProperties(sources.file ?? ""), "file");
  add(environmentEntries(sources.env ?? {}), "environment");
  add(Object.entries(sources.set ?? {}), "option");
  useOldNames(started);
  return { config: new BrokerConfig(started), warnings: warningsOf(started), errors: errorsOf(started) };
}

/** `KAFKA_LOG_DIRS` is `log.dirs`; two underscores are one, three are a dash. `MILLRACE_*` wins over `KAFKA_*`. */
function environmentEntries(env: NonNullable<ConfigSources["env"]>): Map<string, string> {
  const entries = new Map<string, string>();
  for (const prefix of ["KAFKA_", "MILLRACE_"]) {
    for (const [variable, value] of Object.entries(env)) {
      if (!variable.startsWith(prefix) || value === undefined || SCRIPT_VARIABLES.has(variable)) continue;
      entries.set(keyOfVariable(variable.slice(prefix.length), prefix), value);
    }
  }
  return entries;
}

function keyOfVariable(rest: string, prefix: string): string {
  const name = rest.toLowerCase().replace(/_{1,3}/g, (run) => ["", ".", "_", "-"][run.length]!);
  const own = `millrace.${name}`;
  return prefix === "MILLRACE_" && isBrokerKey(own) ? own : name;
}

/** `broker.id` is `node.id`, whichever is given; `log.dir` stands for `log.dirs` when that is not there. */
function useOldNames(started: Map<string, StaticConfig>): void {
  const nodeId = started.get("node.id");
  if (nodeId !== undefined && !started.has("broker.id")) started.set("broker.id", nodeId);
  const oldNames = [
    ["broker.id", "node.id"],
    ["log.dir", "log.dirs"],
  ] as const;
  for (const [old, current] of oldNames) {
    const value = started.get(old);
    if (value !== undefined && !started.has(current)) started.set(current, value);
  }
}

function warningsOf(started: ReadonlyMap<string, StaticConfig>): string[] {
  return [...started]
    .filter(([name]) => !isBrokerKey(name) && !OPEN_PREFIXES.some((prefix) => name.startsWith(prefix)))
    .map(([name, { origin }]) => `Unknown configuration key "${name}" from ${SOURCE[origin]} has no effect`);
}

const SOURCE: Readonly<Record<ConfigOrigin, string>> = {
  default: "the defaults",
  file: "the properties file",
  environment: "the environment",
  option: "the command line",
};

function errorsOf(started: ReadonlyMap<string, StaticConfig>): string[] {
  const errors: string[] = [];
  for (const [name, { value, origin }] of started) {
    if (!isBrokerKey(name)) continue;
    const fault = configFault(brokerKeys[name], value);
    if (fault === null) continue;
    errors.push(`Invalid value "${value}" of "${name}" from ${SOURCE[origin]}: it ${fault}`);
  }
  return errors;
}

export interface PrintedConfig {
  readonly key: string;
  readonly value: string | null;
  readonly origin: ConfigOrigin;
}

/** Every key with its value and origin, sorted; secrets are masked. For `millrace start --print-config`. */
export function printedConfig(config: BrokerConfig): PrintedConfig[] {
  const names = new Set([...Object.keys(brokerKeys), ...config.started.keys()]);
  return [...names].sort().map((key) => {
    const value = config.raw(key);
    const isSecret = isBrokerKey(key) && brokerKeys[key].type === "password";
    return {
      key,
      value: isSecret && value !== null ? "[hidden]" : value,
      origin: config.started.get(key)?.origin ?? "default",
    };
  });
}
