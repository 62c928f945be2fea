import { ZERO_UUID, type Uuid } from "../../base/uuid.ts";
import { errorCode, type ErrorName } from "../../tables/errors.ts";
import type { DeleteTopics } from "../../wire/kafka/messages/20-delete-topics.ts";
import type { RequestOf, ResponseInput } from "../../wire/kafka/schema.ts";
import type { ClusterImage } from "./cluster-image.ts";
import { RECORDS_PER_REQUEST_MAX, type Decision, type DecisionContext } from "./decision.ts";
import type { MetadataRecord } from "./metadata-record.ts";
import type { TopicImage } from "./partition-image.ts";

type Request = RequestOf<typeof DeleteTopics>;
export type DeleteTopicsResponse = ResponseInput<typeof DeleteTopics>;
type Result = DeleteTopicsResponse["responses"][number];

/** How the request names a topic: up to v5 by name, from v6 by name or id. */
interface Reference {
  readonly name: string | null;
  readonly id: Uuid;
}

export function decideDeleteTopics(
  { image, config }: DecisionContext,
  request: Request,
): Decision<DeleteTopicsResponse> {
  const references = referencesOf(request);
  if (!config.boolean("delete.topic.enable")) return refuseAll(references, "TOPIC_DELETION_DISABLED");
  const counts = new Map<string, number>();
  for (const reference of references) {
    const key = keyOf(image, reference);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const records: MetadataRecord[] = [];
  const answered = new Set<string>();
  const responses = references.flatMap((reference): Result[] => {
    const key = keyOf(image, reference);
    const isRepeated = counts.get(key)! > 1;
    if (isRepeated && answered.has(key)) return [];
    answered.add(key);
    const topic = findTopic(image, reference);
    const error = isRepeated ? "INVALID_REQUEST" : faultOf(reference, topic);
    if (error !== null || topic === undefined) return [failure(reference, error ?? "UNKNOWN_SERVER_ERROR")];
    records.push({ name: "RemoveTopicRecord", value: { topicId: topic.id } });
    return [{ name: topic.name, topicId: topic.id, errorCode: errorCode("NONE"), errorMessage: null }];
  });
  if (records.length > RECORDS_PER_REQUEST_MAX) return refuseAll(references, "POLICY_VIOLATION");
  return { records, response: { throttleTimeMs: 0, responses } };
}

export function refuseDeletes(request: Request, error: ErrorName): Decision<DeleteTopicsResponse> {
  return refuseAll(referencesOf(request), error);
}

function referencesOf(request: Request): Reference[] {
  const byName = request.topicNames.map((name) => ({ name, id: ZERO_UUID }));
  return [...byName, ...request.topics.map(({ name, topicId }) => ({ name, id: topicId }))];
}

function refuseAll(references: readonly Reference[], error: ErrorName): Decision<DeleteTopicsResponse> {
  const responses = references.map((reference) => failure(reference, error));
  return { records: [], response: { throttleTimeMs: 0, responses } };
}

function failure({ name, id }: Reference, error: ErrorName): Result {
  return { name, topicId: id, errorCode: errorCode(error), errorMessage: MESSAGES[error] ?? null };
}

const MESSAGES: Partial<Record<ErrorName, string>> = {
  INVALID_REQUEST: "A topic must be named once, by either its name or its id",
  UNKNOWN_TOPIC_OR_PARTITION: "There is no topic with this name",
  UNKNOWN_TOPIC_ID: "There is no topic with this id",
  TOPIC_DELETION_DISABLED: "delete.topic.enable is false",
};

/** The same topic under its name and its id has one key, so that it counts as named twice. */
function keyOf(image: ClusterImage, reference: Reference): string {
  const topic = findTopic(image, reference);
  return topic?.id ?? `${reference.name ?? ""}/${reference.id}`;
}

function findTopic(image: ClusterImage, { name, id }: Reference): TopicImage | undefined {
  if (name !== null) return id === ZERO_UUID ? image.topics.get(name) : undefined;
  return image.topicsById.get(id);
}

function faultOf({ name, id }: Reference, topic: TopicImage | undefined): ErrorName | null {
  if ((name === null) === (id === ZERO_UUID)) return "INVALID_REQUEST";
  if (topic !== undefined) return null;
  return name === null ? "UNKNOWN_TOPIC_ID" : "UNKNOWN_TOPIC_OR_PARTITION";
}
