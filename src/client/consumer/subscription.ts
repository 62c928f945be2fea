import { ClientError, KafkaError } from "../client-error.ts";
import type { ClusterClient } from "../network/cluster-client.ts";
import type { PartitionCounts } from "./assignor.ts";

/** What is subscribed, against what there is. */
export interface MatchedTopics {
  /** In order; those named that don't exist are among them. */
  readonly topics: readonly string[];
  /** Whether a named topic does not exist yet. */
  readonly isIncomplete: boolean;
}

/** Topics that a consumer wants: by name, or all whose whole name matches an expression, also those made later. */
export class Subscription {
  private readonly names: readonly string[];
  private readonly patterns: readonly RegExp[];
  private readonly allowsCreation: boolean;

  /** @throws ClientError `invalid` when there is nothing to subscribe to. */
  constructor(
    topics: string | RegExp | readonly (string | RegExp)[],
    options: { readonly allowAutoCreateTopics: boolean },
  ) {
    const wanted = typeof topics === "string" || topics instanceof RegExp ? [topics] : topics;
    this.names = wanted.filter((topic): topic is string => typeof topic === "string");
    this.patterns = wanted.filter((topic) => topic instanceof RegExp);
    this.allowsCreation = options.allowAutoCreateTopics;
    if (wanted.length > 0 && !this.names.includes("")) return;
    throw new ClientError("invalid", 'A consumer subscribes to at least one topic, and none is named ""');
  }

  /** Asks the cluster, once. */
  async match(client: ClusterClient): Promise<MatchedTopics> {
    const isByPattern = this.patterns.length > 0;
    const options = { allowAutoTopicCreation: this.allowsCreation && !isByPattern };
    const { topics } = await client.fetchMetadata(isByPattern ? null : this.names, options);
    for (const name of this.names) {
      const error = topics.get(name)?.error ?? "UNKNOWN_TOPIC_OR_PARTITION";
      const isFinal = error === "TOPIC_AUTHORIZATION_FAILED" || error === "INVALID_TOPIC_EXCEPTION";
      if (isFinal) throw new KafkaError(`subscribe to topic "${name}"`, error);
    }
    const matching = [...topics.values()]
      .filter(({ isInternal, error }) => !isInternal && error === "NONE")
      .map(({ name }) => name)
      .filter((name) => this.patterns.some((pattern) => matchesWhole(pattern, name)));
    return {
      topics: [...new Set([...this.names, ...matching])].toSorted(),
      isIncomplete: this.names.some((name) => topics.get(name)?.error !== "NONE"),
    };
  }
}

function matchesWhole(pattern: RegExp, name: string): boolean {
  return new RegExp(`^(?:${pattern.source})$`, pattern.flags.replaceAll(/[gy]/g, "")).test(name);
}

/** How many partitions each of the topics has, as the cluster says now. */
export async function partitionCounts(
  client: ClusterClient,
  names: readonly string[],
): Promise<PartitionCounts> {
  const { topics } = await client.fetchMetadata(names);
  const counts = new Map<string, number>();
  for (const name of names) {
    const topic = topics.get(name);
    if (topic?.error === "NONE") counts.set(name, topic.partitions.length);
  }
  return counts;
}
