import { errorName } from "../tables/errors.ts";
import { ListOffsets } from "../wire/kafka/messages/02-list-offsets.ts";
import { KafkaError } from "./client-error.ts";
import type { ClusterClient } from "./cluster-client.ts";

/** Special timestamps of ListOffsets. */
export const LATEST = -1;
export const EARLIEST = -2;

export interface OffsetQuery {
  readonly topic: string;
  readonly partition: number;
  /** Milliseconds since the epoch: the first record that is not older; or LATEST, EARLIEST. */
  readonly timestamp: number;
}

export interface OffsetAnswer extends OffsetQuery {
  /** -1 when no record is that young. */
  readonly offset: number;
}

/** One offset, from the partition's leader, with retries. */
export async function listOffset(client: ClusterClient, query: OffsetQuery): Promise<OffsetAnswer> {
  const { topic, partition, timestamp } = query;
  return await client.retrying(
    async () => {
      const { leaderId } = await client.leaderOf(topic, partition);
      const response = await client.requestOnce({ to: "node", nodeId: leaderId }, ListOffsets, {
        replicaId: -1,
        isolationLevel: 0,
        topics: [{ name: topic, partitions: [{ partitionIndex: partition, timestamp }] }],
        timeoutMs: client.options.requestTimeoutMs,
      });
      const result = response.topics[0]?.partitions[0];
      const code = errorName(result?.errorCode ?? -1);
      if (result === undefined || code !== "NONE") {
        throw new KafkaError(`look up an offset of ${topic}-${partition}`, code);
      }
      return { ...query, offset: result.offset };
    },
    () => client.forgetTopic(topic),
  );
}

/** Many at once; requests to one broker are pipelined on its connection. */
export async function listOffsets(
  client: ClusterClient,
  queries: readonly OffsetQuery[],
): Promise<OffsetAnswer[]> {
  return await Promise.all(queries.map(async (query) => await listOffset(client, query)));
}
