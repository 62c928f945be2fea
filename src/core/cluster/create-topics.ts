import { repeated } from "../../base/repeated.ts";
import { ZERO_UUID } from "../../base/uuid.ts";
import { errorCode, type ErrorName } from "../../tables/errors.ts";
import type { CreateTopics } from "../../wire/kafka/messages/19-create-topics.ts";
import type { RequestOf, ResponseInput } from "../../wire/kafka/schema.ts";
import { topicConfigFault, topicKeyFault } from "./check-topic-config.ts";
import { RESOURCE_TYPE } from "./config-resource.ts";
import { RECORDS_PER_REQUEST_MAX, type Decision, type DecisionContext } from "./decision.ts";
import { describeResource, topicTable } from "./describe-config.ts";
import { configRecord } from "./features.ts";
import type { MetadataRecord } from "./metadata-record.ts";
import { partitionRecord } from "./partition-record.ts";
import { activeBrokers, assignmentFault, directoriesOf, placeReplicas } from "./placement.ts";
import { collisionForm, isInternalTopic, topicNameFault } from "./topic-name.ts";

type Request = RequestOf<typeof CreateTopics>;
type NewTopic = Request["topics"][number];
export type CreateTopicsResponse = ResponseInput<typeof CreateTopics>;
type TopicResult = CreateTopicsResponse["topics"][number];

/** Why a topic can't be made. */
interface Refusal {
  readonly error: ErrorName;
  readonly message: string | null;
}

interface Created {
  readonly records: readonly MetadataRecord[];
  readonly result: TopicResult;
}

export interface CreateTopicsOptions {
  /** The broker makes its own internal topics this way; clients may not. */
  readonly allowsInternal?: boolean;
}

const NO_OVERRIDES: ReadonlyMap<string, string> = new Map();

/** Each topic succeeds or fails for itself; those that succeed come true together. */
export function decideCreateTopics(
  context: DecisionContext,
  request: Request,
  options: CreateTopicsOptions = {},
): Decision<CreateTopicsResponse> {
  const tooLarge = sizeRefusal(context, request);
  const duplicates = repeated(request.topics.map(({ name }) => name));
  const seenForms = new Map<string, string>();
  const records: MetadataRecord[] = [];
  const describe = configDescriber(context);
  const results = distinct(request.topics).map((topic): TopicResult => {
    const created =
      tooLarge ??
      (duplicates.has(topic.name) ? DUPLICATE : null) ??
      nameRefusal(context, topic.name, { ...options, seenForms }) ??
      createTopic(context, topic, describe);
    if ("error" in created) return refused(topic.name, created);
    seenForms.set(collisionForm(topic.name), topic.name);
    for (const record of created.records) records.push(record);
    return created.result;
  });
  if (records.length > RECORDS_PER_REQUEST_MAX) return allRefused(request, TOO_LARGE);
  const isKept = !request.validateOnly;
  return { records: isKept ? records : [], response: { throttleTimeMs: 0, topics: results } };
}

/** All topics of the request with one error. */
export function allRefused(request: Request, refusal: Refusal): Decision<CreateTopicsResponse> {
  const topics = distinct(request.topics).map((topic) => refused(topic.name, refusal));
  return { records: [], response: { throttleTimeMs: 0, topics } };
}

const DUPLICATE: Refusal = {
  error: "INVALID_REQUEST",
  message: "The request names the topic more than once",
};
const TOO_LARGE: Refusal = {
  error: "POLICY_VIOLATION",
  message: `The request changes more than ${RECORDS_PER_REQUEST_MAX} things at once; split it`,
};

function refused(name: string, { error, message }: Refusal): TopicResult {
  return {
    name,
    topicId: ZERO_UUID,
    errorCode: errorCode(error),
    errorMessage: message,
    numPartitions: -1,
    replicationFactor: -1,
    configs: [],
  };
}

function distinct(topics: readonly NewTopic[]): NewTopic[] {
  return [...new Map(topics.map((topic) => [topic.name, topic])).values()];
}

function sizeRefusal({ config }: DecisionContext, request: Request): Refusal | null {
  let partitions = 0;
  for (const topic of request.topics) {
    if (topic.assignments.length > 0) partitions += topic.assignments.length;
    else partitions += topic.numPartitions > 0 ? topic.numPartitions : config.number("num.partitions");
  }
  return partitions > RECORDS_PER_REQUEST_MAX ? TOO_LARGE : null;
}

interface NameRules extends CreateTopicsOptions {
  readonly seenForms: ReadonlyMap<string, string>;
}

function nameRefusal({ image }: DecisionContext, name: string, rules: NameRules): Refusal | null {
  const fault = topicNameFault(name);
  if (fault !== null) return { error: "INVALID_TOPIC_EXCEPTION", message: fault };
  if (image.topics.has(name) || (isInternalTopic(name) && rules.allowsInternal !== true)) {
    return { error: "TOPIC_ALREADY_EXISTS", message: `Topic "${name}" exists already` };
  }
  const clash = image.collidingTopic(name) ?? rules.seenForms.get(collisionForm(name));
  if (clash === undefined) return null;
  const message = `Topic "${name}" and the existing "${clash}" differ only in "." and "_"`;
  return { error: "INVALID_TOPIC_EXCEPTION", message };
}

type Describe = (overrides: ReadonlyMap<string, string>) => NonNullable<TopicResult["configs"]>;

/** Most topics have no settings of their own: their answer is made once. */
function configDescriber({ config }: DecisionContext): Describe {
  let unset: ReturnType<Describe> | null = null;
  return (overrides) => {
    if (overrides.size > 0) return describeResource(topicTable, overrides, config);
    unset ??= describeResource(topicTable, NO_OVERRIDES, config);
    return unset;
  };
}

function createTopic(context: DecisionContext, topic: NewTopic, describe: Describe): Created | Refusal {
  const config = readConfig(context, topic);
  if ("error" in config) return config;
  const assignment =
    topic.assignments.length > 0 ? manualAssignment(context, topic) : placedAssignment(context, topic);
  if ("error" in assignment) return assignment;
  const topicId = context.newId();
  const records: MetadataRecord[] = [{ name: "TopicRecord", value: { name: topic.name, topicId } }];
  // Kafka writes the settings behind the topic and before its partitions.
  for (const [name, value] of config) {
    records.push(configRecord({ type: RESOURCE_TYPE.topic, name: topic.name }, name, value));
  }
  assignment.forEach((replicas, index) => {
    records.push(partitionRecord(topicId, newPartition(context, index, replicas)));
  });
  const result = {
    name: topic.name,
    topicId,
    errorCode: errorCode("NONE"),
    errorMessage: null,
    numPartitions: assignment.length,
    replicationFactor: assignment[0]!.length,
    configs: describe(config),
  };
  return { records, result };
}

function readConfig({ config }: DecisionContext, topic: NewTopic): ReadonlyMap<string, string> | Refusal {
  if (topic.configs.length === 0) return NO_OVERRIDES;
  const values = new Map<string, string>();
  for (const { name, value } of topic.configs) {
    const message = topicKeyFault(name, value);
    if (message !== null || value === null) return { error: "INVALID_CONFIG", message: message ?? "" };
    values.set(name, value);
  }
  const message = topicConfigFault(values, config);
  return message === null ? values : { error: "INVALID_CONFIG", message };
}

function manualAssignment({ image }: DecisionContext, topic: NewTopic): readonly number[][] | Refusal {
  if (topic.replicationFactor !== -1 || topic.numPartitions !== -1) {
    const message = "A topic has either an assignment or counts of partitions and replicas";
    return { error: "INVALID_REQUEST", message };
  }
  const sorted = topic.assignments.toSorted((left, right) => left.partitionIndex - right.partitionIndex);
  const invalid = (message: string): Refusal => ({ error: "INVALID_REPLICA_ASSIGNMENT", message });
  for (const [index, { partitionIndex, brokerIds }] of sorted.entries()) {
    if (partitionIndex !== index) return invalid("The assigned partitions must count up from 0");
    const fault = assignmentFault(image, brokerIds);
    if (fault !== null) return invalid(`${fault} (partition ${index})`);
    if (brokerIds.length !== sorted[0]!.brokerIds.length) {
      return invalid("All partitions must have the same number of replicas");
    }
  }
  return sorted.map(({ brokerIds }) => [...brokerIds]);
}

function placedAssignment(context: DecisionContext, topic: NewTopic): readonly number[][] | Refusal {
  const { image, config } = context;
  const replicas = topic.replicationFactor;
  if (replicas === 0 || replicas < -1) {
    const message = "The replication factor must be at least 1, or -1 for the default";
    return { error: "INVALID_REPLICATION_FACTOR", message };
  }
  const partitions = topic.numPartitions;
  if (partitions === 0 || partitions < -1) {
    const message = "The number of partitions must be at least 1, or -1 for the default";
    return { error: "INVALID_PARTITIONS", message };
  }
  const replicationFactor = replicas === -1 ? config.number("default.replication.factor") : replicas;
  const available = activeBrokers(image).length;
  if (replicationFactor > available) {
    const message = `Replication factor ${replicationFactor} with only ${available} active brokers`;
    return { error: "INVALID_REPLICATION_FACTOR", message };
  }
  return placeReplicas(image, {
    partitionCount: partitions === -1 ? config.number("num.partitions") : partitions,
    replicationFactor,
    below: context.below,
  });
}

export function newPartition(
  { image }: DecisionContext,
  index: number,
  replicas: readonly number[],
): Parameters<typeof partitionRecord>[1] {
  const active = new Set(activeBrokers(image).map((broker) => broker.id));
  const isr = replicas.filter((id) => active.has(id));
  return {
    index,
    leader: isr[0] ?? -1,
    leaderEpoch: 0,
    partitionEpoch: 0,
    leaderRecoveryState: 0,
    replicas,
    directories: directoriesOf(image, replicas),
    isr,
    addingReplicas: [],
    removingReplicas: [],
    eligibleLeaderReplicas: [],
    lastKnownElr: [],
  };
}
