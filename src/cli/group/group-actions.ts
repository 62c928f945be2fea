import {
  committedOffsets,
  deleteGroup,
  describeGroup,
  listGroups,
  type GroupDescription,
} from "../../client/admin-groups.ts";
import type { ClusterClient } from "../../client/cluster-client.ts";
import { LATEST, listOffsets } from "../../client/list-offsets.ts";
import { OperatorError } from "../failure.ts";
import { printDone, printFacts, printRows, type Row } from "../output.ts";
import { withCluster, type ClusterOptions } from "../with-cluster.ts";

export async function listAllGroups(options: ClusterOptions): Promise<void> {
  const groups = await withCluster(options, listGroups);
  const rows = groups.map(({ groupId, state, type, protocolType }) => ({
    group: groupId,
    state,
    type,
    protocol: protocolType,
  }));
  await printRows(options.format, ["group", "state", "type", "protocol"], rows);
}

const COLUMNS = ["topic", "partition", "committed", "end", "lag", "client", "host", "member"];

export async function describeOneGroup(groupId: string, options: ClusterOptions): Promise<void> {
  const { group, rows } = await withCluster(options, async (client) => {
    const described = await describeGroup(client, groupId);
    return { group: described, rows: await positionRows(client, described) };
  });
  if (group.state === "Dead" && rows.length === 0) throw new OperatorError(`There is no group "${groupId}"`);
  const facts = {
    group: groupId,
    state: group.state,
    assignor: group.protocol === "" ? null : group.protocol,
    members: group.members.length,
    lag: rows.reduce((total, row) => total + (typeof row["lag"] === "number" ? row["lag"] : 0), 0),
  };
  if (options.format === "json") {
    process.stdout.write(`${JSON.stringify({ ...facts, partitions: rows }, null, 2)}\n`);
    return;
  }
  await printFacts("table", facts);
  process.stdout.write("\n");
  await printRows("table", COLUMNS, rows);
}

/** One row per partition that has a committed offset or an owner; members without a partition come last. */
async function positionRows(client: ClusterClient, group: GroupDescription): Promise<Row[]> {
  const committed = await committedOffsets(client, group.groupId);
  const owned = group.members.flatMap((member) =>
    member.assignment.flatMap(({ topic, partitions }) =>
      partitions.map((partition) => ({ topic, partition, member })),
    ),
  );
  const names = new Set([...committed, ...owned].map(({ topic, partition }) => `${partition}/${topic}`));
  const queries = [...names].map((name) => {
    const slash = name.indexOf("/");
    return { topic: name.slice(slash + 1), partition: Number(name.slice(0, slash)), timestamp: LATEST };
  });
  const ends = await listOffsets(client, queries);
  const rows = ends.map(({ topic, partition, offset: end }) => {
    const isHere = (entry: { topic: string; partition: number }): boolean =>
      entry.topic === topic && entry.partition === partition;
    const offset = committed.find(isHere)?.offset ?? null;
    const member = owned.find(isHere)?.member;
    return {
      topic,
      partition,
      committed: offset,
      end,
      lag: offset === null ? null : Math.max(0, end - offset),
      client: member?.clientId ?? null,
      host: member?.host ?? null,
      member: member?.memberId ?? null,
    };
  });
  const idle = group.members
    .filter(({ assignment }) => assignment.length === 0)
    .map(({ clientId, host, memberId }) => ({ client: clientId, host, member: memberId }));
  return [...rows.toSorted((a, b) => a.topic.localeCompare(b.topic) || a.partition - b.partition), ...idle];
}

export async function deleteGroups(groupIds: readonly string[], options: ClusterOptions): Promise<void> {
  await withCluster(options, async (client) => {
    for (const groupId of groupIds) await deleteGroup(client, groupId);
  });
  await printDone(options.format, `Deleted ${groupIds.map((id) => `"${id}"`).join(", ")}`, {
    deleted: groupIds,
  });
}
