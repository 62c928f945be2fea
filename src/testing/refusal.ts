import type { AnyField, AnyType, Message } from "../wire/kafka/schema.ts";
import {
  isNode,
  isTopic,
  PARTITION_FIELDS,
  partitionOf,
  TOPIC_FIELDS,
  topicOf,
  type Place,
} from "./mentions.ts";

/*
 * Answers that refuse. The protocol has no common one: each API says "no" in its own places, in most of them once for
 * each topic, partition or group that was asked about. So an answer is laid out from the table of the API: its lists
 * mirror those of the request, and each error code lies as deep as the table has one.
 */

type Tree = Record<string, unknown>;

/** These are about a group or a session as a whole, and belong at the top where an API has several places. */
const ABOUT_THE_WHOLE = /COORDINATOR|GROUP|MEMBER|GENERATION|REBALANCE|INSTANCE|SESSION/;
const KEY_FIELDS = [
  "topicId",
  "groupId",
  "memberId",
  "groupInstanceId",
  "key",
  "transactionalId",
  "resourceName",
];
/** Kafka sends -1 where it knows no offset, time or epoch. */
const UNKNOWN = /offset|timestamp|timeMs|watermark|epoch$|leaderId$|nodeId$/i;

export interface Refusal {
  readonly code: number;
  /** The error's name. */
  readonly name: string;
}

/** The answer to a request of which nothing is carried out. */
export function refusedAnswer(message: Message, request: unknown, refusal: Refusal): Tree {
  return refuseStruct(message.response.body, request, refusal) as Tree;
}

function refuseStruct(type: AnyType, request: unknown, refusal: Refusal): unknown {
  const { shape } = type;
  if (shape.kind !== "struct") return type.zero;
  const answer: Tree = {};
  let isSaidDeeper = false;
  for (const [name, field] of shape.fields) {
    const mirrored = mirroredList(field.type, request, refusal);
    answer[name] = mirrored ?? valueOf(name, field);
    if (mirrored !== null && mirrored.length > 0 && hasErrorCode(elementOf(field.type)!)) isSaidDeeper = true;
  }
  const isHere = !isSaidDeeper || ABOUT_THE_WHOLE.test(refusal.name);
  if (shape.fields.has("errorCode")) answer["errorCode"] = isHere ? refusal.code : 0;
  return answer;
}

function valueOf(name: string, { type, defaultValue, omissible }: AnyField): unknown {
  const { kind } = type.shape;
  const isNumber = kind === "int64" || kind === "int32";
  return isNumber && !omissible && UNKNOWN.test(name) && name !== "throttleTimeMs" ? -1 : defaultValue;
}

/** Null for what is no list of structs; an empty one when the request has nothing like it. */
function mirroredList(type: AnyType, request: unknown, refusal: Refusal): unknown[] | null {
  const element = elementOf(type);
  if (element === null || element.shape.kind !== "struct") return null;
  const { fields } = element.shape;
  const asked = isNode(request) ? Object.values(request).find((value) => isMirror(value, fields)) : undefined;
  if (!Array.isArray(asked)) return [];
  return asked.map((one: unknown) => {
    const entry = refuseStruct(element, one, refusal) as Tree;
    for (const field of fields.keys()) if (isKey(field)) entry[field] = keyOf(field, one) ?? entry[field];
    return entry;
  });
}

function isMirror(value: unknown, fields: ReadonlyMap<string, AnyField>): boolean {
  if (!Array.isArray(value) || value.length === 0) return false;
  return [...fields.keys()].some((field) => isKey(field) && keyOf(field, value[0]) !== null);
}

function isKey(field: string): boolean {
  return KEY_FIELDS.includes(field) || TOPIC_FIELDS.includes(field) || PARTITION_FIELDS.includes(field);
}

/** What an element of the request says where the answer has this field; names differ between the two. */
function keyOf(field: string, asked: unknown): unknown {
  const isTopicKey = TOPIC_FIELDS.includes(field);
  const isPartitionKey = PARTITION_FIELDS.includes(field);
  if (typeof asked === "string") return isPartitionKey ? null : asked;
  if (typeof asked === "number") return isPartitionKey ? asked : null;
  if (!isNode(asked)) return null;
  if (isPartitionKey) return partitionOf(asked);
  if (field in asked) return asked[field];
  return isTopicKey ? topicOf(asked) : null;
}

function elementOf({ shape }: AnyType): AnyType | null {
  if (shape.kind === "nullable") return elementOf(shape.inner);
  return shape.kind === "array" ? shape.element : null;
}

function hasErrorCode({ shape }: AnyType): boolean {
  if (shape.kind !== "struct") return false;
  return [...shape.fields].some(([name, { type }]) => {
    const element = elementOf(type);
    return name === "errorCode" || (element !== null && hasErrorCode(element));
  });
}

/**
 * Turns parts of a real answer into refusals: those about `place`, or all of them. For requests that change nothing,
 * where the rest of the answer may be true. Returns how many parts that were.
 */
export function refuseParts(answer: unknown, refusal: Refusal, place: Place | null): number {
  if (Array.isArray(answer)) {
    return answer.reduce((sum: number, one: unknown) => sum + refuseParts(one, refusal, place), 0);
  }
  if (!isNode(answer)) return 0;
  if (place !== null && isTopic(answer, place)) return refuseTopic(answer, refusal, place);
  const deeper = Object.values(answer).reduce(
    (sum: number, child) => sum + refuseParts(child, refusal, place),
    0,
  );
  const isHere = place === null && (deeper === 0 || ABOUT_THE_WHOLE.test(refusal.name));
  return isHere && "errorCode" in answer ? deeper + refuseNode(answer, refusal) : deeper;
}

function refuseTopic(topic: Tree, refusal: Refusal, { partition }: Place): number {
  const parts = Object.values(topic)
    .filter((value) => Array.isArray(value))
    .flat()
    .filter(isNode) as Tree[];
  const meant = parts.filter((part) => partition === undefined || partitionOf(part) === partition);
  const refused = meant.filter((part) => "errorCode" in part);
  for (const part of refused) refuseNode(part, refusal);
  if (refused.length > 0 || partition !== undefined) return refused.length;
  return "errorCode" in topic ? refuseNode(topic, refusal) : 0;
}

function refuseNode(node: Tree, refusal: Refusal): number {
  node["errorCode"] = refusal.code;
  for (const [name, value] of Object.entries(node)) {
    if (name === "records" && value !== null) node[name] = Buffer.alloc(0);
    else if (typeof value === "number" && /offset|watermark/i.test(name)) node[name] = -1;
  }
  return 1;
}
