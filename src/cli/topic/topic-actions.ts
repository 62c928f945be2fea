import { alterConfigs } from "../../client/admin-configs.ts";
import {
  createPartitions,
  createTopic,
  deleteRecords,
  deleteTopic,
  describeTopic,
  listTopics,
} from "../../client/admin-topics.ts";
import { KafkaError } from "../../client/client-error.ts";
import type { ClusterClient } from "../../client/cluster-client.ts";
import type { TopicInfo } from "../../client/cluster-metadata.ts";
import { EARLIEST, LATEST, listOffset } from "../../client/list-offsets.ts";
import { printDone, printRows, type Row } from "../output.ts";
import { keyValues, UsageError } from "../usage.ts";
import { withCluster, type ClusterOptions } from "../with-cluster.ts";

export interface CreateOptions extends ClusterOptions {
  readonly partitions?: number;
  readonly replicationFactor?: number;
  readonly config?: readonly string[];
  readonly ifNotExists?: boolean;
}

export async function createOne(name: string, options: CreateOptions): Promise<void> {
  const configs = keyValues(options.config ?? []);
  const { partitions = -1, replicationFactor = -1 } = options;
  const created = await withCluster(options, async (client) => {
    try {
      return await createTopic(client, { name, partitions, replicationFactor, configs });
    } catch (error) {
      const isThere = error instanceof KafkaError && error.code === "TOPIC_ALREADY_EXISTS";
      if (isThere && options.ifNotExists === true) return null;
      throw error;
    }
  });
  const sentence = created === null ? `Topic "${name}" exists already` : `Created topic "${name}"`;
  await printDone(options.format, sentence, { topic: name, created: created !== null });
}

export async function listAll(options: ClusterOptions & { readonly internal?: boolean }): Promise<void> {
  const internal = options.internal ?? false;
  const topics = await withCluster(options, async (client) => await listTopics(client, { internal }));
  const rows = topics.map(({ name, partitions }) => ({
    topic: name,
    partitions: partitions.length,
    replicas: Math.max(0, ...partitions.map(({ replicas }) => replicas.length)),
  }));
  await printRows(options.format, ["topic", "partitions", "replicas"], rows);
}

export async function describeSome(names: readonly string[], options: ClusterOptions): Promise<void> {
  const rows = await withCluster(options, async (client) => {
    const topics = await Promise.all(names.map(async (name) => await describeTopic(client, name)));
    return (await Promise.all(topics.map(async (topic) => await partitionRows(client, topic)))).flat();
  });
  const columns = ["topic", "partition", "leader", "epoch", "replicas", "isr", "first", "next"];
  await printRows(options.format, columns, rows);
}

async function partitionRows(client: ClusterClient, topic: TopicInfo): Promise<Row[]> {
  const offsetAt = async (partition: number, timestamp: number): Promise<number> =>
    (await listOffset(client, { topic: topic.name, partition, timestamp })).offset;
  return await Promise.all(
    topic.partitions.map(async ({ partition, leaderId, leaderEpoch, replicas, isr }) => ({
      topic: topic.name,
      partition,
      leader: leaderId < 0 ? null : leaderId,
      epoch: leaderEpoch,
      replicas,
      isr,
      first: leaderId < 0 ? null : await offsetAt(partition, EARLIEST),
      next: leaderId < 0 ? null : await offsetAt(partition, LATEST),
    })),
  );
}

export interface AlterOptions extends ClusterOptions {
  readonly partitions?: number;
  readonly config?: readonly string[];
  readonly deleteConfig?: readonly string[];
  readonly deleteRecords?: readonly string[];
}

export async function alterOne(name: string, options: AlterOptions): Promise<void> {
  const unset = Object.fromEntries((options.deleteConfig ?? []).map((key) => [key, null]));
  const configs = { ...keyValues(options.config ?? []), ...unset };
  const cuts = (options.deleteRecords ?? []).map(parseCut);
  const hasConfigs = Object.keys(configs).length > 0;
  if (options.partitions === undefined && !hasConfigs && cuts.length === 0) {
    throw new UsageError(
      "Nothing to change: give --partitions, --config, --delete-config or --delete-records",
    );
  }
  await withCluster(options, async (client) => {
    if (options.partitions !== undefined) await createPartitions(client, name, options.partitions);
    if (hasConfigs) await alterConfigs(client, { kind: "topic", name }, configs);
    for (const cut of cuts) await deleteRecords(client, { topic: name, ...cut });
  });
  await printDone(options.format, `Changed topic "${name}"`, { topic: name, changed: true });
}

/** `PARTITION:OFFSET`; the offset `end` is the high watermark. */
function parseCut(text: string): { partition: number; offset: number } {
  const match = /^(\d+):(\d+|end)$/.exec(text);
  if (match === null) throw new UsageError(`Expected PARTITION:OFFSET or PARTITION:end, got "${text}"`);
  return { partition: Number(match[1]), offset: match[2] === "end" ? -1 : Number(match[2]) };
}

export async function deleteSome(names: readonly string[], options: ClusterOptions): Promise<void> {
  await withCluster(options, async (client) => {
    for (const name of names) await deleteTopic(client, name);
  });
  await printDone(options.format, `Deleted ${names.map((name) => `"${name}"`).join(", ")}`, {
    deleted: names,
  });
}
