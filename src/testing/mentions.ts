import { ZERO_UUID } from "../base/uuid.ts";

/** A topic, or one partition of it. */
export interface Place {
  readonly topic: string;
  readonly topicId: string | null;
  readonly partition?: number | undefined;
}

export const TOPIC_FIELDS = ["name", "topic", "topicName"];
export const PARTITION_FIELDS = ["partition", "partitionIndex", "index", "partitionId"];

type Node = Readonly<Record<string, unknown>>;

export function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && !Buffer.isBuffer(value);
}

/** The topic that a part of a request or an answer is about: its name, or its id; null when it says nothing. */
export function topicOf(node: Node): string | null {
  for (const field of TOPIC_FIELDS) {
    const value = node[field];
    if (typeof value === "string" && value !== "") return value;
  }
  const id = node["topicId"];
  return typeof id === "string" && id !== ZERO_UUID ? id : null;
}

export function partitionOf(node: Node): number | null {
  for (const field of PARTITION_FIELDS) {
    const value = node[field];
    if (typeof value === "number") return value;
  }
  return null;
}

export function isTopic(node: Node, place: Place): boolean {
  const topic = topicOf(node);
  return topic !== null && (topic === place.topic || topic === place.topicId);
}

/** Whether a request is about this place, however deep in it that stands. */
export function mentions(value: unknown, place: Place): boolean {
  if (Array.isArray(value))
    return value.some((element) => element === place.topic || mentions(element, place));
  if (!isNode(value)) return false;
  if (isTopic(value, place)) return place.partition === undefined || hasPartition(value, place.partition);
  return Object.values(value).some((child) => mentions(child, place));
}

/** A list of plain numbers beside a topic is a list of partitions. */
function hasPartition(value: unknown, partition: number): boolean {
  if (Array.isArray(value)) {
    return value.some((element) => element === partition || hasPartition(element, partition));
  }
  if (!isNode(value)) return false;
  return (
    partitionOf(value) === partition || Object.values(value).some((child) => hasPartition(child, partition))
  );
}

/** Whether a request is about this place and nothing else. */
export function mentionsOnly(value: unknown, place: Place): boolean {
  if (Array.isArray(value)) return value.every((element) => mentionsOnly(element, place));
  if (!isNode(value)) return true;
  if (topicOf(value) === null) return Object.values(value).every((child) => mentionsOnly(child, place));
  if (!isTopic(value, place)) return false;
  return place.partition === undefined || hasPartitionsOnly(value, place.partition);
}

function hasPartitionsOnly(topic: Node, partition: number): boolean {
  const lists = Object.values(topic).filter((value) => Array.isArray(value));
  return lists
    .flat()
    .every((one: unknown) => one === partition || (isNode(one) && partitionOf(one) === partition));
}
