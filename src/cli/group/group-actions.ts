import type { Admin } from "../../client/admin/admin.ts";
import type { GroupDescription } from "../../client/admin/admin-groups.ts";
import { flatPartitions, type TopicPartition } from "../../client/topic-partition.ts";
import { OperatorError } from "../failure.ts";
import { printDone, printFacts, printRows, type Row } from "../output.ts";
import { withAdmin, type ClusterOptions } from "../with-cluster.ts";

export async function listAllGroups(options: ClusterOptions): Promise<void> {
  const groups = await withAdmin(options, async (admin) => await admin.listGroups());
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
  const { group, rows } = await withAdmin(options, async (admin) => {
    const [described] = await admin.describeGroups([groupId]);
    return { group: described!, rows: await positionRows(admin, described!) };
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
async function positionRows(admin: Admin, group: GroupDescription): Promise<Row[]> {
  const committed = await admin.groupOffsets(group.groupId);
  const owned = group.members.flatMap((member) =>
    flatPartitions(member.assignment).map((place) => ({ ...place, member })),
  );
  const untouched = owned.filter((place) => !committed.some(isAt(place)));
  const ends = await admin.listOffsets(
    untouched.map(({ topic, partition }) => ({ topic, partition, at: "latest" })),
  );
  const positions = [
    ...committed,
    ...ends.map(({ offset: endOffset, ...place }) => ({ ...place, endOffset, offset: null, lag: null })),
  ];
  const rows = positions.map(({ topic, partition, offset, endOffset, lag }) => {
    const member = owned.find(isAt({ topic, partition }))?.member;
    return {
      topic,
      partition,
      committed: offset,
      end: endOffset,
      lag,
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

function isAt({ topic, partition }: TopicPartition): (other: TopicPartition) => boolean {
  return (other) => other.topic === topic && other.partition === partition;
}

export async function deleteGroups(groupIds: readonly string[], options: ClusterOptions): Promise<void> {
  await withAdmin(options, async (admin) => await admin.deleteGroups(groupIds));
  await printDone(options.format, `Deleted ${groupIds.map((id) => `"${id}"`).join(", ")}`, {
    deleted: groupIds,
  });
}
