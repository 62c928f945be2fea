import { decideConfigOperations, replacement } from "../../core/cluster/alter-configs.ts";
import { AlterConfigs } from "../../wire/kafka/messages/33-alter-configs.ts";
import { configAnswer } from "../config-answer.ts";
import { kafkaApi } from "../kafka-api.ts";

/* AlterConfigs (33), versions 0 to 2: replaces all that was set for a resource. */
export const alterConfigs = kafkaApi(AlterConfigs, async ({ controller }, { resources, validateOnly }) => {
  const results = await controller.change((context) => {
    const changes = resources.map(({ resourceType, resourceName, configs }) => {
      const resource = { type: resourceType, name: resourceName };
      const values = new Map(configs.map(({ name, value }) => [name, value]));
      return { resource, operations: replacement(context, resource, values) };
    });
    return decideConfigOperations(context, changes, { validateOnly });
  });
  return { throttleTimeMs: 0, responses: results.map(configAnswer) };
});
