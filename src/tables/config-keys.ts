import { brokerKeys as kafkaBrokerKeys } from "./config-keys/broker-keys.ts";
import { clientMetricsKeys } from "./config-keys/client-metrics-keys.ts";
import type { ConfigTable } from "./config-keys/config-key.ts";
import { groupKeys } from "./config-keys/group-keys.ts";
import { millraceKeys } from "./config-keys/millrace-keys.ts";
import { topicKeys } from "./config-keys/topic-keys.ts";

export type { ConfigKey, ConfigTable, ConfigType } from "./config-keys/config-key.ts";
export { clientMetricsKeys, groupKeys, topicKeys };

/** Every key that may stand in a properties file: Kafka's, then ours. */
export const brokerKeys = { ...kafkaBrokerKeys, ...millraceKeys } as const satisfies ConfigTable;

export type BrokerKey = keyof typeof brokerKeys;
export type TopicKey = keyof typeof topicKeys;

type NumberType = "int" | "short" | "long" | "double";
type TextType = "string" | "class" | "password";

/** The keys of table `T` whose type is one of `Type`. */
type KeysOfType<T, Type> = { [K in keyof T]: T[K] extends { readonly type: Type } ? K : never }[keyof T];

export type NumberKey<T> = KeysOfType<T, NumberType>;
export type BooleanKey<T> = KeysOfType<T, "boolean">;
export type TextKey<T> = KeysOfType<T, TextType>;
export type ListKey<T> = KeysOfType<T, "list">;

/** The type of a value whose key may be without one. */
export type OrNull<T, K extends keyof T, V> = T[K] extends { readonly default: null } ? V | null : V;
