import { clientMetricsKeys, groupKeys } from "../../tables/config-keys.ts";
import type { ErrorName } from "../../tables/errors.ts";
import type { BrokerConfig } from "./config/broker-config.ts";
import type { ClusterImage } from "./cluster-image.ts";
import { ALL_BROKERS, RESOURCE_TYPE, type ConfigResource } from "./config-resource.ts";
import {
  CONFIG_SOURCE,
  CONFIG_TYPE,
  describeAllBrokers,
  describeBroker,
  describeResource,
  topicTable,
  type DescribedConfig,
} from "./describe-config.ts";
import { topicNameFault } from "./topic-name.ts";

export interface DescribeFault {
  readonly error: ErrorName;
  readonly message: string;
}

export interface DescribeContext {
  readonly image: ClusterImage;
  readonly config: BrokerConfig;
  /** The node that answers: the only broker whose configuration it knows. */
  readonly nodeId: number;
}

function invalid(message: string): DescribeFault {
  return { error: "INVALID_REQUEST", message };
}

/** Every key of the resource, or why there is none. */
export function describeConfigs(
  context: DescribeContext,
  resource: ConfigResource,
): readonly DescribedConfig[] | DescribeFault {
  const { image, config } = context;
  switch (resource.type) {
    case RESOURCE_TYPE.topic:
      return describeTopic(context, resource.name);
    case RESOURCE_TYPE.broker:
      if (resource.name === ALL_BROKERS) return describeAllBrokers(image.config(resource));
      if (resource.name === String(context.nodeId)) return describeBroker(config);
      return invalid(`This is broker ${context.nodeId}, which does not know the configuration of others`);
    case RESOURCE_TYPE.brokerLogger:
      if (resource.name === String(context.nodeId)) return [ROOT_LOGGER];
      return invalid(`This is broker ${context.nodeId}, which does not know the loggers of others`);
    case RESOURCE_TYPE.clientMetrics: {
      if (resource.name === "") return invalid("A subscription has a name");
      const table = { keys: clientMetricsKeys, source: CONFIG_SOURCE.clientMetrics };
      return describeResource(table, image.config(resource), config);
    }
    case RESOURCE_TYPE.group: {
      if (resource.name === "") return invalid("A group has a name");
      const table = { keys: groupKeys, source: CONFIG_SOURCE.group };
      return describeResource(table, image.config(resource), config);
    }
    default:
      return invalid(`Resources of type ${resource.type} have no configuration`);
  }
}

function describeTopic(
  { image, config }: DescribeContext,
  name: string,
): readonly DescribedConfig[] | DescribeFault {
  const fault = topicNameFault(name);
  if (fault !== null) return { error: "INVALID_TOPIC_EXCEPTION", message: fault };
  if (!image.topics.has(name)) {
    return { error: "UNKNOWN_TOPIC_OR_PARTITION", message: "" };
  }
  return describeResource(topicTable, image.topicConfig(name), config);
}

/** Millrace has one logger, where Kafka has one a Java class. */
const ROOT_LOGGER: DescribedConfig = {
  name: "root",
  value: "INFO",
  readOnly: true,
  configSource: CONFIG_SOURCE.brokerLogger,
  isSensitive: false,
  synonyms: [{ name: "root", value: "INFO", source: CONFIG_SOURCE.brokerLogger }],
  configType: CONFIG_TYPE.string,
  documentation: "How much the broker says; set when it starts.",
};
