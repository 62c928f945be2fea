import { errorCode, errorText, type ErrorName } from "../../tables/errors.ts";
import type { ElectLeaders } from "../../wire/kafka/messages/43-elect-leaders.ts";
import type { RequestOf, ResponseInput } from "../../wire/kafka/schema.ts";
import { isActive } from "./broker-image.ts";
import type { ClusterImage } from "./cluster-image.ts";
import type { Decision, DecisionContext } from "./decision.ts";
import { electableReplica } from "./elections.ts";
import type { MetadataRecord } from "./metadata-record.ts";
import { NO_LEADER, type PartitionImage } from "./partition-image.ts";
import { partitionChange } from "./partition-record.ts";

type Request = RequestOf<typeof ElectLeaders>;
export type ElectLeadersResponse = ResponseInput<typeof ElectLeaders>;
type TopicResult = ElectLeadersResponse["replicaElectionResults"][number];
type PartitionResult = TopicResult["partitionResult"][number];

const PREFERRED = 0;
const UNCLEAN = 1;

interface Outcome {
  readonly error: ErrorName;
  readonly record: MetadataRecord | null;
}

export function decideElectLeaders(
  { image }: DecisionContext,
  request: Request,
): Decision<ElectLeadersResponse> {
  const isKnown = request.electionType === PREFERRED || request.electionType === UNCLEAN;
  const records: MetadataRecord[] = [];
  const results = topicsOf(image, request).map(({ topic, partitions }): TopicResult => {
    const partitionResult = partitions.flatMap((index): PartitionResult[] => {
      const outcome = isKnown
        ? elect(image, { topic, index, electionType: request.electionType })
        : { error: "INVALID_REQUEST" as const, record: null };
      if (outcome.record !== null) records.push(outcome.record);
      // Asked for all partitions, Kafka leaves out those that needed no election.
      if (request.topicPartitions === null && outcome.error === "ELECTION_NOT_NEEDED") return [];
      return [
        { partitionId: index, errorCode: errorCode(outcome.error), errorMessage: messageOf(outcome.error) },
      ];
    });
    return { topic, partitionResult };
  });
  const error = isKnown ? "NONE" : "INVALID_REQUEST";
  const response = { throttleTimeMs: 0, errorCode: errorCode(error), replicaElectionResults: results };
  return { records, response };
}

function messageOf(error: ErrorName): string | null {
  return error === "NONE" ? null : errorText(error);
}

function topicsOf(image: ClusterImage, request: Request): { topic: string; partitions: readonly number[] }[] {
  if (request.topicPartitions !== null) return [...request.topicPartitions];
  return [...image.topics.values()].map(({ name, partitions }) => ({
    topic: name,
    partitions: partitions.map((partition) => partition.index),
  }));
}

interface Election {
  readonly topic: string;
  readonly index: number;
  readonly electionType: number;
}

function elect(image: ClusterImage, { topic, index, electionType }: Election): Outcome {
  const partition = image.partition(topic, index);
  if (partition === undefined) return { error: "UNKNOWN_TOPIC_OR_PARTITION", record: null };
  if (electionType === UNCLEAN) return electUnclean(image, topic, partition);
  const preferred = partition.replicas[0]!;
  if (partition.leader === preferred) return { error: "ELECTION_NOT_NEEDED", record: null };
  const leader = electableReplica(partition, (id) => id === preferred && isAlive(image, id));
  if (leader === null) return { error: "PREFERRED_LEADER_NOT_AVAILABLE", record: null };
  const record = partitionChange(image.topics.get(topic)!.id, index, { leader });
  return { error: "NONE", record };
}

function electUnclean(image: ClusterImage, topic: string, partition: PartitionImage): Outcome {
  if (partition.leader !== NO_LEADER) return { error: "ELECTION_NOT_NEEDED", record: null };
  const safe = electableReplica(partition, (id) => isAlive(image, id));
  const leader = safe ?? partition.replicas.find((id) => isAlive(image, id)) ?? null;
  if (leader === null) return { error: "ELIGIBLE_LEADERS_NOT_AVAILABLE", record: null };
  const record = partitionChange(image.topics.get(topic)!.id, partition.index, {
    leader,
    ...(partition.isr.includes(leader) ? {} : { isr: [leader] }),
    ...(safe === null ? { leaderRecoveryState: 1 } : {}),
    ...(partition.eligibleLeaderReplicas.length > 0 ? { eligibleLeaderReplicas: [] } : {}),
    ...(partition.lastKnownElr.length > 0 ? { lastKnownElr: [] } : {}),
  });
  return { error: "NONE", record };
}

function isAlive(image: ClusterImage, id: number): boolean {
  const broker = image.brokers.get(id);
  return broker !== undefined && isActive(broker);
}
