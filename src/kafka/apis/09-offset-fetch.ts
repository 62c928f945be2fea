import { ZERO_UUID } from "../../base/uuid.ts";
import type { Broker } from "../../broker/broker.ts";
import type { FetchedOffset } from "../../core/groups/offsets.ts";
import { errorCode, type ErrorName } from "../../tables/errors.ts";
import { OffsetFetch } from "../../wire/kafka/messages/09-offset-fetch.ts";
import type { RequestOf, ResponseInput } from "../../wire/kafka/schema.ts";
import { kafkaApi } from "../kafka-api.ts";

/*
 * OffsetFetch (9), versions 1 to 10. Up to v7 one group; from v8 many, each with its own error; from v10 topics are
 * named by id. Null topics (v2) ask for all that the group has.
 */

type Request = RequestOf<typeof OffsetFetch>;
type RequestGroup = Request["groups"][number];
type Response = ResponseInput<typeof OffsetFetch>;
type ResponseGroup = NonNullable<Response["groups"]>[number];
type ResponseTopic = ResponseGroup["topics"][number];
type ResponsePartition = ResponseTopic["partitions"][number];

const MANY_GROUPS_SINCE = 8;
const TOPIC_IDS_SINCE = 10;
const GROUP_ERROR_SINCE = 2;

export const offsetFetch = kafkaApi(OffsetFetch, async (broker, request, { apiVersion }) => {
  const { requireStable } = request;
  if (apiVersion < MANY_GROUPS_SINCE) return answerOne(broker, request, apiVersion);
  const isById = apiVersion >= TOPIC_IDS_SINCE;
  const groups = request.groups.map((group) => fetchGroup(broker, group, { requireStable, isById }));
  return { groups: await Promise.all(groups) };
});

async function answerOne(broker: Broker, request: Request, apiVersion: number): Promise<Response> {
  const { groupId, requireStable } = request;
  const topics =
    request.topics === null ? null : request.topics.map((topic) => ({ ...topic, topicId: ZERO_UUID }));
  const asked = { groupId, memberId: null, memberEpoch: -1, topics };
  const group = await fetchGroup(broker, asked, { requireStable, isById: false });
  const code = group.errorCode ?? 0;
  if (code === 0 || apiVersion >= GROUP_ERROR_SINCE) return { topics: group.topics, errorCode: code };
  // v1 has no room for the group's error, and a client that sees none would start from the beginning (KAFKA-19439).
  return {
    topics: (topics ?? []).map(({ name, partitionIndexes }) => ({
      name,
      partitions: partitionIndexes.map((index) => ({ ...missing(index, "NONE"), errorCode: code })),
    })),
  };
}

interface FetchOptions {
  readonly requireStable: boolean;
  readonly isById: boolean;
}

async function fetchGroup(
  broker: Broker,
  group: RequestGroup,
  options: FetchOptions,
): Promise<ResponseGroup> {
  const { groupId } = group;
  const { requireStable, isById } = options;
  const asked = group.topics?.map((topic) => ({ ...topic, name: nameOf(broker, topic, isById) })) ?? null;
  const known = asked?.flatMap(({ name, partitionIndexes }) => {
    if (name === null) return [];
    return [{ name, topicId: broker.cluster.topics.get(name)?.id ?? ZERO_UUID, partitionIndexes }];
  });
  const fetched = await broker.groups.fetchOffsets({ groupId, requireStable, topics: known ?? null });
  if (fetched.error !== "NONE") return { groupId, topics: [], errorCode: errorCode(fetched.error) };
  const topics = fetched.topics.flatMap(({ name, partitions }): ResponseTopic[] => {
    const topicId = broker.cluster.topics.get(name)?.id;
    // Without an id there is no way to name a topic that was deleted meanwhile.
    if (isById && topicId === undefined) return [];
    return [{ name, topicId: topicId ?? ZERO_UUID, partitions: partitions.map(toResponse) }];
  });
  for (const { name, topicId, partitionIndexes } of asked ?? []) {
    if (name !== null) continue;
    const partitions = partitionIndexes.map((index) => missing(index, "UNKNOWN_TOPIC_ID"));
    topics.push({ name: "", topicId, partitions });
  }
  return { groupId, topics };
}

/** Null when the request goes by id and nobody has it. */
function nameOf(broker: Broker, topic: { name: string; topicId: string }, isById: boolean): string | null {
  return isById ? (broker.cluster.topicsById.get(topic.topicId)?.name ?? null) : topic.name;
}

function toResponse({ error, ...partition }: FetchedOffset): ResponsePartition {
  return { ...partition, errorCode: errorCode(error) };
}

function missing(partitionIndex: number, error: ErrorName): ResponsePartition {
  return {
    partitionIndex,
    committedOffset: -1,
    committedLeaderEpoch: -1,
    metadata: "",
    errorCode: errorCode(error),
  };
}
