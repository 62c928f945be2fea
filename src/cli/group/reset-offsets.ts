import type { Admin } from "../../client/admin/admin.ts";
import { parsePlace } from "../offset-place.ts";
import { printRows } from "../output.ts";
import { resolvePlace } from "../resolve-place.ts";
import { UsageError } from "../usage.ts";
import { withAdmin, type ClusterOptions } from "../with-cluster.ts";

export interface ResetOptions extends ClusterOptions {
  readonly topic: readonly string[];
  readonly to: string;
  readonly dryRun?: boolean;
}

/** Moves committed offsets and prints each as it was and as it is. */
export async function resetGroupOffsets(groupId: string, options: ResetOptions): Promise<void> {
  const place = parsePlace(options.to);
  if (place.kind === "stored") throw new UsageError("--to stored would change nothing");
  const rows = await withAdmin(options, async (admin) => {
    const partitions = (
      await Promise.all(options.topic.map(async (text) => await partitionsOf(admin, text)))
    ).flat();
    const before = await admin.groupOffsets(groupId);
    const targets = await Promise.all(
      partitions.map(async (entry) => ({ ...entry, offset: await resolvePlace(admin.client, entry, place) })),
    );
    if (options.dryRun !== true) await admin.alterGroupOffsets(groupId, targets);
    return targets.map((target) => ({
      topic: target.topic,
      partition: target.partition,
      before:
        before.find(({ topic, partition }) => topic === target.topic && partition === target.partition)
          ?.offset ?? null,
      after: target.offset,
    }));
  });
  await printRows(options.format, ["topic", "partition", "before", "after"], rows);
}

/** `NAME` is every partition of a topic, `NAME:N` one. */
async function partitionsOf(admin: Admin, text: string): Promise<{ topic: string; partition: number }[]> {
  const match = /^(.+):(\d+)$/.exec(text);
  if (match !== null) return [{ topic: match[1]!, partition: Number(match[2]) }];
  const [topic] = await admin.describeTopics([text]);
  return topic!.partitions.map(({ partition }) => ({ topic: text, partition }));
}
