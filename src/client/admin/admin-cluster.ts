import { errorName } from "../../tables/errors.ts";
import { DescribeLogDirs } from "../../wire/kafka/messages/35-describe-log-dirs.ts";
import { ElectLeaders } from "../../wire/kafka/messages/43-elect-leaders.ts";
import type { ResponseOf } from "../../wire/kafka/schema.ts";
import { atController, atNode, errorIn, inBatches } from "./admin-batch.ts";
import { KafkaError } from "../client-error.ts";
import type { CallOptions, ClusterClient, Route } from "../network/cluster-client.ts";
import type { BrokerInfo } from "../network/cluster-metadata.ts";
import { byTopic, partitionName, type TopicPartition } from "../topic-partition.ts";

export interface ClusterDescription {
  readonly clusterId: string | null;
  /** -1 while there is none. In KRaft clusters the broker that passes requests on to the controller. */
  readonly controllerId: number;
  /** By node id. */
  readonly brokers: readonly BrokerInfo[];
}

export interface LogDirectoryInfo {
  readonly nodeId: number;
  readonly path: string;
  /** Bytes of the volume, and those that are free; -1 from a broker older than 3.3. */
  readonly totalBytes: number;
  readonly usableBytes: number;
  /** By topic and partition. */
  readonly partitions: readonly LogInfo[];
}

export interface LogInfo extends TopicPartition {
  readonly sizeBytes: number;
  /** Records by which this copy is behind the leader's. */
  readonly lag: number;
  /** A copy that is being moved here from another directory. */
  readonly isFuture: boolean;
}

export type ElectionType = "preferred" | "unclean";

export async function describeCluster(
  client: ClusterClient,
  options?: CallOptions,
): Promise<ClusterDescription> {
  const { clusterId, controllerId, brokers } = await client.metadata([], options);
  return { clusterId, controllerId, brokers: [...brokers.values()].toSorted((a, b) => a.nodeId - b.nodeId) };
}

/** What these brokers keep in their data directories. @throws KafkaError KAFKA_STORAGE_ERROR for one that is offline. */
export async function describeLogDirs(
  client: ClusterClient,
  nodeIds: readonly number[],
  options: CallOptions = {},
): Promise<LogDirectoryInfo[]> {
  const batch = {
    items: nodeIds,
    ...atNode,
    async send(route: Route, [nodeId = -1]: readonly number[]) {
      const { errorCode, results } = await client.requestOnce(route, DescribeLogDirs, { topics: null });
      const action = `describe the directories of broker ${nodeId}`;
      if (errorCode !== 0) return [new KafkaError(action, errorName(errorCode))];
      const failed = results.find((result) => result.errorCode !== 0);
      if (failed !== undefined) return [new KafkaError(action, errorName(failed.errorCode), failed.logDir)];
      return [
        results.map(({ logDir, totalBytes, usableBytes, topics }) => ({
          nodeId,
          path: logDir,
          totalBytes,
          usableBytes,
          partitions: topics.flatMap(logsOf).toSorted(byPlace),
        })),
      ];
    },
  };
  return (await inBatches(client, batch, options)).flat();
}

type WireTopic = ResponseOf<typeof DescribeLogDirs>["results"][number]["topics"][number];

function logsOf({ name, partitions }: WireTopic): LogInfo[] {
  return partitions.map((log) => ({
    topic: name,
    partition: log.partitionIndex,
    sizeBytes: log.partitionSize,
    lag: log.offsetLag,
    isFuture: log.isFutureKey,
  }));
}

function byPlace(a: TopicPartition, b: TopicPartition): number {
  if (a.topic === b.topic) return a.partition - b.partition;
  return a.topic < b.topic ? -1 : 1;
}

/**
 * Makes the preferred replica lead, or, with "unclean", any that is alive, at the cost of what it lacks (KIP-183,
 * KIP-460). A partition that needs no election is fine.
 * @throws KafkaError PREFERRED_LEADER_NOT_AVAILABLE, ELIGIBLE_LEADERS_NOT_AVAILABLE …
 */
export async function electLeaders(
  client: ClusterClient,
  type: ElectionType,
  ...[partitions, options = {}]: [readonly TopicPartition[], CallOptions?]
): Promise<void> {
  const timeoutMs = client.options.requestTimeoutMs;
  const electionType = type === "preferred" ? 0 : 1;
  const batch = {
    items: partitions,
    ...atController(client),
    forget({ topic }: TopicPartition) {
      client.forgetController();
      client.forgetTopic(topic);
    },
    async send(route: Route, items: readonly TopicPartition[]) {
      const topicPartitions = byTopic(items).map(({ topic, partitions: numbers }) => ({
        topic,
        partitions: [...numbers],
      }));
      const body = { electionType, topicPartitions, timeoutMs };
      // Version 0 knows preferred leaders only, and would elect them in silence.
      const bounds = { heldMs: timeoutMs, versionMin: type === "unclean" ? 1 : 0 };
      const response = await client.requestOnce(route, ElectLeaders, body, bounds);
      return items.map((item) => {
        const action = `elect a leader of ${partitionName(item)}`;
        const whole = errorIn(action, response);
        if (whole !== null) return whole;
        const result = response.replicaElectionResults
          .find(({ topic }) => topic === item.topic)
          ?.partitionResult.find(({ partitionId }) => partitionId === item.partition);
        // Some brokers leave out what needed no election.
        if (result === undefined) return true;
        const error = errorIn(action, result);
        return error === null || error.code === "ELECTION_NOT_NEEDED" ? true : error;
      });
    },
  };
  await inBatches(client, batch, options);
  for (const { topic } of partitions) client.forgetTopic(topic);
}
