import type { Admin } from "../../client/admin/admin.ts";
import { KafkaError } from "../../client/client-error.ts";
import type { TopicInfo } from "../../client/network/cluster-metadata.ts";
import { printDone, printRows, type Row } from "../output.ts";
import { keyValues, UsageError } from "../usage.ts";
import { withAdmin, type ClusterOptions } from "../with-cluster.ts";

export interface CreateOptions extends ClusterOptions {
  readonly partitions?: number;
  readonly replicationFactor?: number;
  readonly config?: readonly string[];
  readonly ifNotExists?: boolean;
}

export async function createOne(name: string, options: CreateOptions): Promise<void> {
  const configs = keyValues(options.config ?? []);
  const { partitions = -1, replicationFactor = -1 } = options;
  const created = await withAdmin(options, async (admin) => {
    try {
      return await admin.createTopics([{ name, partitions, replicationFactor, configs }]);
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
  const topics = await withAdmin(options, async (admin) => await admin.listTopics({ internal }));
  const rows = topics.map(({ name, partitions }) => ({
    topic: name,
    partitions: partitions.length,
    replicas: Math.max(0, ...partitions.map(({ replicas }) => replicas.length)),
  }));
  await printRows(options.format, ["topic", "partitions", "replicas"], rows);
}

export async function describeSome(names: readonly string[], options: ClusterOptions): Promise<void> {
  const rows = await withAdmin(options, async (admin) => {
    const topics = await admin.describeTopics(names);
    return (await Promise.all(topics.map(async (topic) => await partitionRows(admin, topic)))).flat();
  });
  const columns = ["topic", "partition", "leader", "epoch", "replicas", "isr", "first", "next"];
  await printRows(options.format, columns, rows);
}

async function partitionRows(admin: Admin, topic: TopicInfo): Promise<Row[]> {
  const led = topic.partitions.filter(({ leaderId }) => leaderId >= 0);
  const offsetsAt = async (at: "earliest" | "latest"): Promise<Map<number, number>> => {
    const found = await admin.listOffsets(led.map(({ partition }) => ({ topic: topic.name, partition, at })));
    return new Map(found.map(({ partition, offset }) => [partition, offset]));
  };
  const [first, next] = await Promise.all([offsetsAt("earliest"), offsetsAt("latest")]);
  return topic.partitions.map(({ partition, leaderId, leaderEpoch, replicas, isr }) => ({
    topic: topic.name,
    partition,
    leader: leaderId < 0 ? null : leaderId,
    epoch: leaderEpoch,
    replicas,
    isr,
    first: first.get(partition) ?? null,
    next: next.get(partition) ?? null,
  }));
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
  await withAdmin(options, async (admin) => {
    const { partitions: count } = options;
    if (count !== undefined) await admin.createPartitions([{ topic: name, count }]);
    if (hasConfigs) await admin.alterConfigs([{ kind: "topic", name, changes: configs }]);
    await admin.deleteRecords(cuts.map((cut) => ({ topic: name, ...cut })));
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
  await withAdmin(options, async (admin) => await admin.deleteTopics(names));
  await printDone(options.format, `Deleted ${names.map((name) => `"${name}"`).join(", ")}`, {
    deleted: names,
  });
}
