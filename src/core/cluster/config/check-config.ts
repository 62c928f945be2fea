import type { ConfigKey } from "../../../tables/config-keys.ts";

const INTEGER = /^[+-]?\d+$/;
const DECIMAL = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;
const DURATION = /^by_duration:P(?=.)(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?$/i;
const BITS: Readonly<Record<string, bigint>> = { short: 15n, int: 31n, long: 63n };

/** The elements of a list value: split at commas, trimmed; an empty text is an empty list. */
export function splitList(text: string): string[] {
  const trimmed = text.trim();
  return trimmed === "" ? [] : trimmed.split(",").map((element) => element.trim());
}

/** What is wrong with `text` as the value of the key, as the end of a sentence; null when it is fine. */
export function configFault(key: ConfigKey, text: string): string | null {
  switch (key.type) {
    case "boolean":
      return /^(true|false)$/i.test(text.trim()) ? null : "must be true or false";
    case "short":
    case "int":
    case "long":
      return integerFault(key, text.trim());
    case "double":
      return DECIMAL.test(text.trim()) ? boundsFault(key, Number(text)) : "must be a number";
    case "list":
      return listFault(key, splitList(text));
    case "string":
    case "class":
    case "password":
      return textFault(key, text);
  }
}

function integerFault(key: ConfigKey, text: string): string | null {
  if (!INTEGER.test(text)) return "must be a whole number";
  const value = BigInt(text.replace("+", ""));
  const limit = 1n << BITS[key.type]!;
  if (value >= limit || value < -limit) return `must fit a ${key.type}, ${-limit} to ${limit - 1n}`;
  return boundsFault(key, Number(value));
}

function boundsFault(key: ConfigKey, value: number): string | null {
  if (value === key.also) return null;
  const isLow = key.min !== undefined && value < key.min;
  const isHigh = key.max !== undefined && value > key.max;
  if (!isLow && !isHigh) return null;
  const range = key.max === undefined ? `at least ${key.min}` : `from ${key.min} to ${key.max}`;
  return `must be ${range}${key.also === undefined ? "" : `, or ${key.also}`}`;
}

function listFault(key: ConfigKey, elements: readonly string[]): string | null {
  if (elements.length === 0) return key.check === "not-empty" ? "must not be empty" : null;
  if (key.check === "throttled-replicas") return throttledReplicasFault(elements);
  if (elements.some((element) => element === "")) return "must not have empty elements";
  if (new Set(elements).size !== elements.length) return "must not name an element twice";
  return elements.map((element) => wordFault(key, element)).find((fault) => fault !== null) ?? null;
}

function throttledReplicasFault(elements: readonly string[]): string | null {
  if (elements.length === 1 && elements[0] === "*") return null;
  if (elements.every((element) => /^\d+:\d+$/.test(element))) return null;
  return 'must be "*" or pairs of partition:broker';
}

function textFault(key: ConfigKey, text: string): string | null {
  if (key.check === "not-empty" && text === "") return "must not be empty";
  if (key.check === "offset-reset") {
    const isWord = /^(latest|earliest)$/i.test(text);
    return isWord || DURATION.test(text) ? null : "must be latest, earliest or by_duration:PnDTnHnMn.nS";
  }
  return wordFault(key, text);
}

function wordFault(key: ConfigKey, word: string): string | null {
  if (key.oneOf === undefined) return null;
  const isAllowed = key.anyCase
    ? key.oneOf.some((allowed) => allowed.toLowerCase() === word.toLowerCase())
    : key.oneOf.includes(word);
  return isAllowed ? null : `must be one of ${key.oneOf.join(", ")}`;
}
