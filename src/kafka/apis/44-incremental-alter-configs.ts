import { decideConfigOperations } from "../../core/cluster/alter-configs.ts";
import { IncrementalAlterConfigs } from "../../wire/kafka/messages/44-incremental-alter-configs.ts";
import { configAnswer } from "../config-answer.ts";
import { kafkaApi } from "../kafka-api.ts";

/* IncrementalAlterConfigs (44), versions 0 and 1: sets, deletes, appends to and subtracts from single keys (KIP-339). */
export const incrementalAlterConfigs = kafkaApi(IncrementalAlterConfigs, async ({ controller }, request) => {
  const changes = request.resources.map(({ resourceType, resourceName, configs }) => ({
    resource: { type: resourceType, name: resourceName },
    operations: configs.map(({ name, configOperation, value }) => ({
      name,
      operation: configOperation,
      value,
    })),
  }));
  const { validateOnly } = request;
  const results = await controller.change((context) =>
    decideConfigOperations(context, changes, { validateOnly }),
  );
  return { throttleTimeMs: 0, responses: results.map(configAnswer) };
});
