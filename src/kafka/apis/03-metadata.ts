import { ZERO_UUID } from "../../base/uuid.ts";
import type { Broker } from "../../broker/broker.ts";
import { isInternalTopic, topicNameFault } from "../../core/cluster/topic-name.ts";
import { NO_LEADER, type PartitionImage, type TopicImage } from "../../core/cluster/partition-image.ts";
import { errorCode, type ErrorName } from "../../tables/errors.ts";
import { Metadata } from "../../wire/kafka/messages/03-metadata.ts";
import type { RequestOf, ResponseInput } from "../../wire/kafka/schema.ts";
import { CLUSTER_OPERATIONS, TOPIC_OPERATIONS } from "../authorized-operations.ts";
import { kafkaApi, type RequestContext } from "../kafka-api.ts";

/*
 * Metadata (3), versions 0 to 13. v0 asks for all topics by an empty list, later ones by null. v4: says whether missing
 * topics may be created; before they always are. v10: topic ids. v12: topics asked for by id.
 */

type Request = RequestOf<typeof Metadata>;
type TopicRequest = NonNullable<Request["topics"]>[number];
type TopicAnswer = ResponseInput<typeof Metadata>["topics"][number];
type PartitionAnswer = TopicAnswer["partitions"][number];

const BY_ID_SINCE = 12;

export const metadata = kafkaApi(Metadata, (broker, request, context) => {
  const fault = wholeFault(request, context);
  if (fault !== null) return refuseAll(request, fault);
  const { cluster } = broker;
  const brokers = [...cluster.brokers.values()]
    .filter((node) => !node.isFenced)
    .map((node) => {
      const { host, port } = broker.advertisedAddress(node.id, context.localAddress);
      return { nodeId: node.id, host, port, rack: node.rack };
    });
  return {
    brokers,
    clusterId: broker.clusterId,
    // Clients may send what is for the controller to any broker.
    controllerId: broker.nodeId,
    topics: answerTopics(broker, request, context),
    ...(request.includeClusterAuthorizedOperations
      ? { clusterAuthorizedOperations: CLUSTER_OPERATIONS }
      : {}),
  };
});

function answerTopics(broker: Broker, request: Request, context: RequestContext): TopicAnswer[] {
  const { cluster } = broker;
  const operations = request.includeTopicAuthorizedOperations
    ? { topicAuthorizedOperations: TOPIC_OPERATIONS }
    : {};
  const known = (topic: TopicImage): TopicAnswer => ({ ...describe(broker, topic), ...operations });
  const asksForAll = request.topics === null || (context.apiVersion === 0 && request.topics.length === 0);
  if (asksForAll) return [...cluster.topics.values()].map(known);
  const canCreate = request.allowAutoTopicCreation && broker.config.boolean("auto.create.topics.enable");
  return distinct(request.topics ?? []).map((asked): TopicAnswer => {
    if (asked.topicId !== ZERO_UUID) {
      const topic = cluster.topicsById.get(asked.topicId);
      return topic === undefined ? missing("UNKNOWN_TOPIC_ID", { ...asked, name: null }) : known(topic);
    }
    const name = asked.name!;
    const topic = cluster.topics.get(name);
    if (topic !== undefined) return known(topic);
    if (topicNameFault(name) !== null) return missing("INVALID_TOPIC_EXCEPTION", asked);
    if (canCreate) void broker.controller.topics.create(name);
    return missing("UNKNOWN_TOPIC_OR_PARTITION", asked);
  });
}

/** What makes Kafka refuse the request as a whole, rather than one topic of it. */
function wholeFault({ topics }: Request, { apiVersion }: RequestContext): ErrorName | null {
  const hasId = ({ topicId }: TopicRequest): boolean => topicId !== ZERO_UUID;
  if (apiVersion < BY_ID_SINCE) {
    return topics?.some((asked) => hasId(asked) || asked.name === null) ? "INVALID_REQUEST" : null;
  }
  return topics?.some((asked) => !hasId(asked) && asked.name === null) ? "UNKNOWN_SERVER_ERROR" : null;
}

function refuseAll({ topics }: Request, error: ErrorName): ResponseInput<typeof Metadata> {
  const refused = (topics ?? []).map((asked) => missing(error, { ...asked, name: asked.name ?? "" }));
  return { brokers: [], topics: refused };
}

/** A topic that is asked for twice is answered once. */
function distinct(topics: readonly TopicRequest[]): TopicRequest[] {
  return [...new Map(topics.map((topic) => [`${topic.topicId}/${topic.name ?? ""}`, topic])).values()];
}

function missing(error: ErrorName, { name, topicId }: TopicRequest): TopicAnswer {
  return {
    errorCode: errorCode(error),
    name,
    topicId,
    isInternal: name !== null && isInternalTopic(name),
    partitions: [],
  };
}

function describe(broker: Broker, topic: TopicImage): TopicAnswer {
  return {
    errorCode: errorCode("NONE"),
    name: topic.name,
    topicId: topic.id,
    isInternal: isInternalTopic(topic.name),
    partitions: topic.partitions.map((partition) => describePartition(broker, partition)),
  };
}

function describePartition({ cluster }: Broker, partition: PartitionImage): PartitionAnswer {
  const isOffline = (id: number): boolean => cluster.brokers.get(id)?.isFenced ?? true;
  return {
    errorCode: errorCode(partition.leader === NO_LEADER ? "LEADER_NOT_AVAILABLE" : "NONE"),
    partitionIndex: partition.index,
    leaderId: partition.leader,
    leaderEpoch: partition.leaderEpoch,
    replicaNodes: partition.replicas,
    isrNodes: partition.isr,
    offlineReplicas: partition.replicas.filter(isOffline),
  };
}
