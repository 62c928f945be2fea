import type { BrokerNode } from "../../broker/broker-node.ts";
import { decideProducerIdBlock } from "../../core/cluster/allocate-producer-ids.ts";
import { decideCreateTopics } from "../../core/cluster/create-topics.ts";
import { decideDeleteTopics } from "../../core/cluster/delete-topics.ts";
import { allApis, apisByKey } from "../../kafka/apis/index.ts";
import { kafkaApi, type KafkaApi } from "../../kafka/kafka-api.ts";
import { CreateTopics, DeleteTopics, InitProducerId, Metadata } from "../../wire/kafka/messages/index.ts";

const node = (broker: unknown) => broker as BrokerNode;
const apis: KafkaApi[] = [
  kafkaApi(CreateTopics, (broker, request) =>
    node(broker).controller.change((c) => decideCreateTopics(c, request)),
  ),
  kafkaApi(DeleteTopics, (broker, request) =>
    node(broker).controller.change((c) => decideDeleteTopics(c, request)),
  ),
  kafkaApi(InitProducerId, async (broker) => {
    const block = await node(broker).controller.change((c) => decideProducerIdBlock(c, node(broker).nodeId));
    return { throttleTimeMs: 0, errorCode: 0, producerId: block.first, producerEpoch: 0 };
  }),
  kafkaApi(Metadata, (broker, request) => ({
    throttleTimeMs: 0,
    brokers: [],
    controllerId: 1,
    topics: (request.topics ?? []).map(({ name }) => {
      const topic = broker.cluster.topics.get(name ?? "");
      return {
        errorCode: topic === undefined ? 3 : 0,
        name,
        topicId: topic?.id ?? "AAAAAAAAAAAAAAAAAAAAAA",
        partitions: (topic?.partitions ?? []).map((_, partitionIndex) => ({
          errorCode: 0,
          partitionIndex,
          leaderId: 1,
          replicaNodes: [],
          isrNodes: [],
        })),
      };
    }),
  })),
];
for (const api of apis) {
  if (apisByKey.has(api.message.key)) continue;
  (allApis as KafkaApi[]).push(api);
  (apisByKey as Map<number, KafkaApi>).set(api.message.key, api);
}
