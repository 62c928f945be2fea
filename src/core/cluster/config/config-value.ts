import type { ConfigKey } from "../../../tables/config-keys.ts";
import { splitList } from "./check-config.ts";

/** A value as the program uses it. Longs beyond 2^53-1 (Kafka's "no limit") saturate. */
export type ConfigValue = number | boolean | string | readonly string[] | null;

/** The value of a text that `configFault` finds no fault with. */
export function parseConfig(key: ConfigKey, text: string | null): ConfigValue {
  if (text === null) return null;
  switch (key.type) {
    case "boolean":
      return text.trim().toLowerCase() === "true";
    case "short":
    case "int":
    case "long":
      return Math.max(Math.min(Number(text), Number.MAX_SAFE_INTEGER), Number.MIN_SAFE_INTEGER);
    case "double":
      return Number(text);
    case "list":
      return splitList(text);
    case "string":
    case "class":
    case "password":
      return text;
  }
}
