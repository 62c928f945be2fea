import type { Broker } from "../broker/broker.ts";
import { decideCreateTopics } from "../core/cluster/create-topics.ts";
import { errorName } from "../tables/errors.ts";
import type { TopicOptions } from "./options.ts";
import { RefusedError } from "./refused-error.ts";

/** @throws Error with the broker's reason when one of them cannot be created. */
export async function createTopics(broker: Broker, topics: readonly TopicOptions[]): Promise<void> {
  if (topics.length === 0) return;
  const request = {
    topics: topics.map(({ name, partitions = -1, config = {} }) => ({
      name,
      numPartitions: partitions,
      replicationFactor: -1,
      assignments: [],
      configs: Object.entries(config).map(([key, value]) => ({ name: key, value: String(value) })),
    })),
    timeoutMs: 0,
    validateOnly: false,
  };
  const answer = await broker.controller.change((context) => decideCreateTopics(context, request));
  const failed = answer.topics.find((topic) => topic.errorCode !== 0);
  if (failed === undefined) return;
  const { name, errorCode, errorMessage } = failed;
  throw new RefusedError(
    `Cannot create the topic "${name}": ${errorName(errorCode)} ${errorMessage ?? ""}`.trim(),
  );
}
