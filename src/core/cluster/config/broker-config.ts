import {
  brokerKeys,
  type BooleanKey,
  type BrokerKey,
  type ConfigKey,
  type ListKey,
  type NumberKey,
  type OrNull,
  type TextKey,
} from "../../../tables/config-keys.ts";
import { parseConfig, type ConfigValue } from "./config-value.ts";

/** Where a static value came from; the later of this list wins. */
export type ConfigOrigin = "default" | "file" | "environment" | "option";

export interface StaticConfig {
  readonly value: string;
  readonly origin: ConfigOrigin;
}

type Keys = typeof brokerKeys;
type Overrides = ReadonlyMap<string, string>;

const NOTHING: Overrides = new Map();

export function isBrokerKey(name: string): name is BrokerKey {
  return Object.hasOwn(brokerKeys, name);
}

/**
 * A broker's configuration: what it was started with, under what has been changed at run time for all brokers
 * and for this one. Lookups are typed by the table of keys and always see the newest values.
 */
export class BrokerConfig {
  /** Every key that was set at start, unknown ones included: they may be meant for a plug-in. */
  readonly started: ReadonlyMap<string, StaticConfig>;
  private clusterOverrides = NOTHING;
  private ownOverrides = NOTHING;
  private readonly parsed = new Map<string, ConfigValue>();
  private readonly listeners: (() => void)[] = [];

  constructor(started: ReadonlyMap<string, StaticConfig> = new Map()) {
    this.started = started;
  }

  number<K extends NumberKey<Keys>>(key: K): OrNull<Keys, K, number> {
    return this.lookup(key) as OrNull<Keys, K, number>;
  }

  boolean(key: BooleanKey<Keys>): boolean {
    return this.lookup(key) as boolean;
  }

  text<K extends TextKey<Keys>>(key: K): OrNull<Keys, K, string> {
    return this.lookup(key) as OrNull<Keys, K, string>;
  }

  list<K extends ListKey<Keys>>(key: K): OrNull<Keys, K, readonly string[]> {
    return this.lookup(key) as OrNull<Keys, K, readonly string[]>;
  }

  /** The value in force as text; null when the key has none. Unknown keys have only what was set for them. */
  raw(name: string): string | null {
    const override = this.ownOverrides.get(name) ?? this.clusterOverrides.get(name);
    if (override !== undefined) return override;
    const started = this.started.get(name);
    if (started !== undefined) return started.value;
    return isBrokerKey(name) ? brokerKeys[name].default : null;
  }

  /** True when somebody set the key, at start or since. */
  isSet(name: string): boolean {
    return this.ownOverrides.has(name) || this.clusterOverrides.has(name) || this.started.has(name);
  }

  /** What was changed at run time for this broker and for all brokers. */
  get overrides(): { readonly own: Overrides; readonly cluster: Overrides } {
    return { own: this.ownOverrides, cluster: this.clusterOverrides };
  }

  /** Replaces what was changed at run time, then tells those who watch. */
  override(changes: { readonly own: Overrides; readonly cluster: Overrides }): void {
    this.ownOverrides = changes.own;
    this.clusterOverrides = changes.cluster;
    this.parsed.clear();
    for (const listener of this.listeners) listener();
  }

  /** Calls `listener` after each change at run time. */
  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  private lookup(name: BrokerKey): ConfigValue {
    const known = this.parsed.get(name);
    if (known !== undefined) return known;
    const key: ConfigKey = brokerKeys[name];
    const value = parseConfig(key, this.raw(name));
    this.parsed.set(name, value);
    return value;
  }
}
