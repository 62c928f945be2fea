/** How a value is written, and what Kafka's DescribeConfigs calls it. */
export type ConfigType =
  | "boolean"
  | "string"
  | "int"
  | "short"
  | "long"
  | "double"
  | "list"
  | "class"
  | "password";

/**
 * When a change takes effect. `restart`: only from the properties file. `broker`: at run time, one broker at
 * a time. `cluster`: at run time, also as the default of all brokers. `dynamic`: only at run time, never from
 * the file. `resource`: the key belongs to a topic, group or subscription and changes with it.
 */
export type ConfigUpdate = "restart" | "broker" | "cluster" | "dynamic" | "resource";

export interface ConfigKey {
  readonly type: ConfigType;
  /** The value of an unset key as text, as DescribeConfigs shows it; null is "no value". */
  readonly default: string | null;
  readonly importance: "high" | "medium" | "low";
  readonly update: ConfigUpdate;
  /** One sentence for the operator. */
  readonly doc: string;
  /** Inclusive bounds of a number. */
  readonly min?: number;
  readonly max?: number;
  /** One number outside the bounds that is allowed as well. */
  readonly also?: number;
  /** The allowed words; for a list, of each element. */
  readonly oneOf?: readonly string[];
  /** `oneOf` is compared without regard to case. */
  readonly anyCase?: true;
  /** A further rule that bounds and words can't express; see `core/cluster/check-config.ts`. */
  readonly check?: "throttled-replicas" | "offset-reset" | "not-empty";
  /**
   * The broker keys from which an unset key takes its value, in this order. A synonym ending in `.minutes` or
   * `.hours` of a key ending in `.ms` is converted.
   */
  readonly synonyms?: readonly string[];
  /** Kafka demands that the operator sets it; unset, it counts here as if it were set to the default. */
  readonly implied?: true;
  /** Left out of DescribeConfigs unless it is set. */
  readonly internal?: true;
}

/** What a table of keys is checked against, so that each entry keeps its literal type. */
export type ConfigTable = Readonly<Record<string, ConfigKey>>;

/** Shown by Kafka for "no limit" where a long is counted up to. */
export const LONG_MAX = "9223372036854775807";
