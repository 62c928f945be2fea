import { RESOURCE_TYPE, type ConfigResource } from "../../core/cluster/config-resource.ts";
import type { Broker } from "../../broker/broker.ts";
import { errorCode } from "../../tables/errors.ts";
import { ListConfigResources } from "../../wire/kafka/messages/74-list-config-resources.ts";
import { kafkaApi } from "../kafka-api.ts";

/* ListConfigResources (74), versions 0 and 1: what can be configured. v0: client metrics subscriptions only. */

const ALL_TYPES: readonly number[] = Object.values(RESOURCE_TYPE);

export const listConfigResources = kafkaApi(
  ListConfigResources,
  (broker, { resourceTypes }, { apiVersion }) => {
    const asked = resourceTypes.length > 0 ? resourceTypes : ALL_TYPES;
    const types = apiVersion === 0 ? [RESOURCE_TYPE.clientMetrics] : asked;
    if (!types.every((type) => ALL_TYPES.includes(type))) {
      return { throttleTimeMs: 0, errorCode: errorCode("UNSUPPORTED_VERSION"), configResources: [] };
    }
    const configResources = resourcesOf(broker)
      .filter(({ type }) => types.includes(type))
      .map(({ type, name }) => ({ resourceName: name, resourceType: type }));
    return { throttleTimeMs: 0, errorCode: errorCode("NONE"), configResources };
  },
);

function resourcesOf({ cluster }: Broker): ConfigResource[] {
  const named = (type: number, names: Iterable<string | number>): ConfigResource[] =>
    Array.from(names, (name) => ({ type, name: String(name) }));
  const { topic, broker, brokerLogger, clientMetrics, group } = RESOURCE_TYPE;
  return [
    ...named(topic, cluster.topics.keys()),
    ...named(broker, cluster.brokers.keys()),
    ...named(brokerLogger, cluster.brokers.keys()),
    // These exist by being configured.
    ...cluster.configuredResources().filter(({ type }) => type === clientMetrics || type === group),
  ];
}
