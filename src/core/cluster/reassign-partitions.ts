import { errorCode, type ErrorName } from "../../tables/errors.ts";
import type { AlterPartitionReassignments } from "../../wire/kafka/messages/index.ts";
import type { RequestOf, ResponseInput } from "../../wire/kafka/schema.ts";
import type { Decision, DecisionContext } from "./decision.ts";
import type { MetadataRecord } from "./metadata-record.ts";
import type { PartitionImage } from "./partition-image.ts";
import { partitionChange } from "./partition-record.ts";
import { assignmentFault } from "./placement.ts";

type Request = RequestOf<typeof AlterPartitionReassignments>;
export type ReassignResponse = ResponseInput<typeof AlterPartitionReassignments>;
type PartitionResult = ReassignResponse["responses"][number]["partitions"][number];

interface Outcome {
  readonly error: ErrorName;
  readonly message: string | null;
  readonly record: MetadataRecord | null;
}

/**
 * Moves replicas. With one broker only the order of replicas could change; moving data between brokers comes
 * with replication, and until then a target that would need it is refused by "not registered".
 */
export function decideReassignment({ image }: DecisionContext, request: Request): Decision<ReassignResponse> {
  const records: MetadataRecord[] = [];
  const responses = request.topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map(({ partitionIndex, replicas }): PartitionResult => {
      const topic = image.topics.get(name);
      const partition = topic?.partitions[partitionIndex];
      const outcome =
        topic === undefined || partition === undefined
          ? failure("UNKNOWN_TOPIC_OR_PARTITION", "There is no such partition")
          : reassign(partition, replicas, {
              topicId: topic.id,
              fault: assignmentFault(image, replicas ?? []),
            });
      if (outcome.record !== null) records.push(outcome.record);
      return { partitionIndex, errorCode: errorCode(outcome.error), errorMessage: outcome.message };
    }),
  }));
  const response = { throttleTimeMs: 0, errorCode: errorCode("NONE"), errorMessage: null, responses };
  return { records, response };
}

function failure(error: ErrorName, message: string | null): Outcome {
  return { error, message, record: null };
}

interface Target {
  readonly topicId: string;
  readonly fault: string | null;
}

function reassign(partition: PartitionImage, replicas: readonly number[] | null, target: Target): Outcome {
  if (replicas === null) {
    const isMoving = partition.addingReplicas.length + partition.removingReplicas.length > 0;
    if (!isMoving) return failure("NO_REASSIGNMENT_IN_PROGRESS", null);
  }
  if (replicas === null || target.fault !== null) {
    return failure("INVALID_REPLICA_ASSIGNMENT", target.fault ?? "The replica list is empty");
  }
  const isSame = replicas.every((id, at) => id === partition.replicas[at]);
  if (isSame && replicas.length === partition.replicas.length) {
    return { error: "NONE", message: null, record: null };
  }
  const needsData = replicas.some((id) => !partition.isr.includes(id));
  if (needsData) return failure("INVALID_REPLICA_ASSIGNMENT", "This broker cannot copy data to others yet");
  const directories = replicas.map((id) => partition.directories[partition.replicas.indexOf(id)]!);
  const isr = partition.isr.filter((id) => replicas.includes(id));
  const leader = isr.includes(partition.leader) ? {} : { leader: isr[0]! };
  const record = partitionChange(target.topicId, partition.index, {
    replicas: [...replicas],
    directories,
    isr,
    ...leader,
  });
  return { error: "NONE", message: null, record };
}
