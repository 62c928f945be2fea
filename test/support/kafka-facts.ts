import { existsSync, readFileSync } from "node:fs";

/*
 * The message definitions of Kafka 4.3, as collected in a table of facts beside the repository. It is not
 * part of the project, so tests that need it are skipped where it is not at hand.
 */

const file = new URL("../../../shared/facts/kafka-schema.tsv", import.meta.url);

/** Why the facts cannot be compared with, or false when they can. */
export const factsSkip = existsSync(file) ? false : "the collected facts about Kafka are not at hand";

export interface FieldFacts {
  readonly name: string;
  /** As in the definitions: `int32`, `[]string`, or a struct's name. */
  readonly type: string;
  readonly versions: VersionRange;
  readonly nullable: VersionRange | null;
  readonly tag: number | null;
  /** As in the definitions, or null when none is stated. */
  readonly defaultText: string | null;
  readonly fields: FieldFacts[];
}

export interface VersionRange {
  readonly first: number;
  readonly last: number; // Inclusive; Infinity when open.
}

export interface MessageFacts {
  readonly name: string;
  readonly kind: string;
  readonly key: number | null;
  readonly versions: VersionRange;
  readonly flexibleSince: number | "never";
  readonly listeners: readonly string[];
  readonly fields: FieldFacts[];
  /** Structs that several fields share, by name. */
  readonly structs: Map<string, FieldFacts[]>;
}

const NO_VERSIONS = "none";
const ABSENT = "-";

export function rangeFrom(text: string): VersionRange {
  if (text.endsWith("+")) return { first: Number(text.slice(0, -1)), last: Infinity };
  const [first, last = first] = text.split("-");
  return { first: Number(first), last: Number(last) };
}

/** Every message that has any version, in the order of the facts. */
export function readMessageFacts(): MessageFacts[] {
  const messages = new Map<string, MessageFacts>();
  for (const line of readFileSync(file, "utf8").split("\n")) {
    if (line.startsWith("# Differences")) break;
    const [mark, name = "", ...columns] = line.split("\t");
    if (mark === "M") messages.set(name, messageFacts(name, columns));
    else if (mark === "S") messages.get(name)!.structs.set(columns[0]!, []);
    else if (mark === "F") addField(messages.get(name)!, columns);
  }
  const described = [...messages.values()].filter(({ versions }) => !Number.isNaN(versions.first));
  // Only requests tell whether the newest version is unstable; a response follows its request.
  const requests = new Map(described.filter(({ kind }) => kind === "request").map((one) => [one.key, one]));
  return described.map((one) => {
    return one.kind === "response" ? { ...one, versions: requests.get(one.key)!.versions } : one;
  });
}

function messageFacts(name: string, columns: string[]): MessageFacts {
  const [kind = "", key = "", versions = "", flexible = "", unstable = "", , listeners = ""] = columns;
  const range = versions === NO_VERSIONS ? { first: NaN, last: NaN } : rangeFrom(versions);
  return {
    name,
    kind,
    key: key === ABSENT ? null : Number(key),
    // An unstable newest version is neither advertised nor served, and so not described by us.
    versions: unstable === "y" ? { first: range.first, last: range.last - 1 } : range,
    flexibleSince: flexible === NO_VERSIONS ? "never" : Number.parseInt(flexible, 10),
    listeners: listeners.split(",").toSorted(),
    fields: [],
    structs: new Map(),
  };
}

function addField(message: MessageFacts, columns: string[]): void {
  const [path = "", type = "", versions = "", nullable = "", tag = "", defaultText = ""] = columns;
  const names = path.replaceAll("[]", "").split(".");
  let siblings = message.fields;
  if (path.startsWith("@")) siblings = message.structs.get(names.shift()!.slice(1))!;
  const name = names.pop()!;
  for (const parent of names) siblings = siblings.find((field) => field.name === parent)!.fields;
  siblings.push({
    name,
    type,
    versions: rangeFrom(versions),
    nullable: nullable === ABSENT ? null : rangeFrom(nullable),
    tag: tag === ABSENT ? null : Number.parseInt(tag, 10),
    defaultText: defaultText === ABSENT ? null : defaultText,
    fields: [],
  });
}
