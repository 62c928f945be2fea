import { committedOffsets, commitOffsets } from "./admin-group-offsets.ts";
import { KafkaError } from "./client-error.ts";
import type { ClusterClient } from "./cluster-client.ts";
import { Fetcher, type ConsumedRecord, type FetcherOptions } from "./fetcher.ts";
import { GroupSession, type GroupOptions } from "./group-session.ts";
import { EARLIEST, LATEST, listOffsets } from "./list-offsets.ts";
import type { TopicPartitions } from "./range-assignor.ts";

/**
 * Reads topics as a member of a group. Offsets are committed for what the previous `poll` returned, when the
 * next one is called: the caller has worked through it by then (at least once).
 */
export class GroupConsumer {
  private readonly client: ClusterClient;
  private readonly fetcher: Fetcher;
  private readonly session: GroupSession;
  private readonly offsetReset: FetcherOptions["offsetReset"];
  private readonly processed = new Map<string, { topic: string; partition: number; offset: number }>();

  constructor(
    client: ClusterClient,
    group: Pick<GroupOptions, "groupId" | "topics"> & Partial<GroupOptions>,
    fetch: Partial<FetcherOptions> = {},
  ) {
    this.client = client;
    this.fetcher = new Fetcher(client, fetch);
    this.session = new GroupSession(client, group);
    this.offsetReset = fetch.offsetReset ?? "earliest";
  }

  /** What this member reads now. */
  assigned(): ReturnType<Fetcher["assigned"]> {
    return this.fetcher.assigned();
  }

  async poll(): Promise<ConsumedRecord[]> {
    await this.commit();
    if (this.session.isStale) await this.rejoin();
    const records = await this.fetcher.poll();
    for (const { topic, partition, offset } of records) {
      this.processed.set(`${topic}/${partition}`, { topic, partition, offset: offset + 1 });
    }
    return records;
  }

  private async rejoin(): Promise<void> {
    const assignment = await this.session.join();
    this.fetcher.assign(await this.startingPoints(assignment));
  }

  private async startingPoints(
    assignment: readonly TopicPartitions[],
  ): Promise<{ topic: string; partition: number; offset: number }[]> {
    const committed = await committedOffsets(this.client, this.session.options.groupId);
    const wanted = assignment.flatMap(({ topic, partitions }) =>
      partitions.map((partition) => ({ topic, partition })),
    );
    const known = wanted.flatMap(({ topic, partition }) =>
      committed.filter((entry) => entry.topic === topic && entry.partition === partition),
    );
    const unknown = wanted.filter(
      ({ topic, partition }) =>
        !known.some((entry) => entry.topic === topic && entry.partition === partition),
    );
    const timestamp = this.offsetReset === "latest" ? LATEST : EARLIEST;
    const queries = unknown.map((entry) => ({ ...entry, timestamp }));
    return [...known, ...(await listOffsets(this.client, queries))];
  }

  private async commit(): Promise<void> {
    if (this.processed.size === 0) return;
    const offsets = [...this.processed.values()];
    this.processed.clear();
    const { memberId, generationId } = this.session;
    const { groupId } = this.session.options;
    try {
      await commitOffsets(this.client, { groupId, memberId, generationId }, offsets);
    } catch (error) {
      // The group has moved on without this member: its successor reads those records again.
      const isLost = error instanceof KafkaError && /GENERATION|MEMBER_ID|REBALANCE/.test(error.code);
      if (!isLost) throw error;
    }
  }

  /** Commits what was polled, leaves the group and stops. */
  async close(): Promise<void> {
    await this.commit();
    await this.fetcher.stop();
    await this.session.leave();
  }
}
