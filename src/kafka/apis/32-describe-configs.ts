import type { DescribedConfig } from "../../core/cluster/describe-config.ts";
import { describeConfigs as decideDescription } from "../../core/cluster/describe-configs.ts";
import { errorCode } from "../../tables/errors.ts";
import { DescribeConfigs } from "../../wire/kafka/messages/32-describe-configs.ts";
import type { RequestOf, ResponseInput } from "../../wire/kafka/schema.ts";
import { kafkaApi } from "../kafka-api.ts";

/* DescribeConfigs (32), versions 1 to 4. v1: sources and synonyms. v3: types and documentation. */

type Request = RequestOf<typeof DescribeConfigs>;
type Entry = ResponseInput<typeof DescribeConfigs>["results"][number]["configs"][number];

export const describeConfigs = kafkaApi(DescribeConfigs, (broker, request) => ({
  throttleTimeMs: 0,
  results: request.resources.map(({ resourceType, resourceName, configurationKeys }) => {
    const context = { image: broker.cluster, config: broker.config, nodeId: broker.nodeId };
    const described = decideDescription(context, { type: resourceType, name: resourceName });
    const resource = { resourceType, resourceName };
    if ("error" in described) {
      const { error, message } = described;
      return { ...resource, errorCode: errorCode(error), errorMessage: message, configs: [] };
    }
    // An empty list of keys asks for all of them, as null does.
    const isAll = configurationKeys === null || configurationKeys.length === 0;
    const asked = isAll ? described : described.filter(({ name }) => configurationKeys.includes(name));
    const configs = asked.map((config) => entryOf(config, request));
    return { ...resource, errorCode: errorCode("NONE"), errorMessage: "", configs };
  }),
}));

function entryOf(config: DescribedConfig, request: Request): Entry {
  return {
    ...config,
    synonyms: request.includeSynonyms ? [...config.synonyms] : [],
    documentation: request.includeDocumentation ? config.documentation : null,
  };
}
