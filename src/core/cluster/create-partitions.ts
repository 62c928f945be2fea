import { repeated } from "../../base/repeated.ts";
import { errorCode, type ErrorName } from "../../tables/errors.ts";
import type { CreatePartitions } from "../../wire/kafka/messages/37-create-partitions.ts";
import type { RequestOf, ResponseInput } from "../../wire/kafka/schema.ts";
import { newPartition } from "./create-topics.ts";
import { RECORDS_PER_REQUEST_MAX, type Decision, type DecisionContext } from "./decision.ts";
import type { MetadataRecord } from "./metadata-record.ts";
import type { TopicImage } from "./partition-image.ts";
import { partitionRecord } from "./partition-record.ts";
import { activeBrokers, assignmentFault, placeReplicas } from "./placement.ts";

type Request = RequestOf<typeof CreatePartitions>;
type Growth = Request["topics"][number];
export type CreatePartitionsResponse = ResponseInput<typeof CreatePartitions>;
type Result = CreatePartitionsResponse["results"][number];

interface Refusal {
  readonly error: ErrorName;
  readonly message: string | null;
}

export function decideCreatePartitions(
  context: DecisionContext,
  request: Request,
): Decision<CreatePartitionsResponse> {
  const records: MetadataRecord[] = [];
  const repeatedNames = repeated(request.topics.map((topic) => topic.name));
  const growths = new Map(request.topics.map((topic) => [topic.name, topic]));
  const results = [...growths.values()].map((growth): Result => {
    const grown = repeatedNames.has(growth.name)
      ? { error: "INVALID_REQUEST" as const, message: "The request names the topic more than once" }
      : grow(context, growth);
    if ("error" in grown) return result(growth.name, grown.error, grown.message);
    for (const record of grown) records.push(record);
    return result(growth.name, "NONE", null);
  });
  if (records.length > RECORDS_PER_REQUEST_MAX) return refuseGrowth(request, "POLICY_VIOLATION");
  return { records: request.validateOnly ? [] : records, response: { throttleTimeMs: 0, results } };
}

export function refuseGrowth(request: Request, error: ErrorName): Decision<CreatePartitionsResponse> {
  const results = request.topics.map((topic) => result(topic.name, error, null));
  return { records: [], response: { throttleTimeMs: 0, results } };
}

function result(name: string, error: ErrorName, errorMessage: string | null): Result {
  return { name, errorCode: errorCode(error), errorMessage };
}

function grow(context: DecisionContext, growth: Growth): MetadataRecord[] | Refusal {
  const topic = context.image.topics.get(growth.name);
  if (topic === undefined) {
    return { error: "UNKNOWN_TOPIC_OR_PARTITION", message: null };
  }
  const current = topic.partitions.length;
  if (growth.count <= current) {
    const message = `The topic has ${current} partitions, and ${growth.count} are no more than that`;
    return { error: "INVALID_PARTITIONS", message };
  }
  const added = growth.count - current;
  if (added > RECORDS_PER_REQUEST_MAX) {
    const message = `More than ${RECORDS_PER_REQUEST_MAX} partitions at once`;
    return { error: "POLICY_VIOLATION", message };
  }
  const assignment = assignmentOf(context, topic, growth);
  if ("error" in assignment) return assignment;
  return assignment.map((replicas, index) =>
    partitionRecord(topic.id, newPartition(context, current + index, replicas)),
  );
}

function assignmentOf(
  context: DecisionContext,
  topic: TopicImage,
  growth: Growth,
): readonly number[][] | Refusal {
  const added = growth.count - topic.partitions.length;
  const replicationFactor = topic.partitions[0]!.replicas.length;
  if (growth.assignments !== null) return manualAssignment(context, growth, { added, replicationFactor });
  if (replicationFactor > activeBrokers(context.image).length) {
    const message = `Fewer than ${replicationFactor} brokers are active`;
    return { error: "INVALID_REPLICATION_FACTOR", message };
  }
  return placeReplicas(context.image, { partitionCount: added, replicationFactor, below: context.below });
}

function manualAssignment(
  { image }: DecisionContext,
  { assignments }: Growth,
  expected: { readonly added: number; readonly replicationFactor: number },
): readonly number[][] | Refusal {
  const invalid = (message: string): Refusal => ({ error: "INVALID_REPLICA_ASSIGNMENT", message });
  if (assignments!.length !== expected.added) {
    return invalid(`${expected.added} partitions are added, ${assignments!.length} are assigned`);
  }
  for (const { brokerIds } of assignments!) {
    const fault = assignmentFault(image, brokerIds);
    if (fault !== null) return invalid(fault);
    if (brokerIds.length !== expected.replicationFactor) {
      return invalid(`The topic has ${expected.replicationFactor} replicas a partition`);
    }
  }
  return assignments!.map(({ brokerIds }) => [...brokerIds]);
}
