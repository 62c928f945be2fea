import type { Uuid } from "../base/uuid.ts";
import { asError } from "./client-error.ts";
import type { ClusterClient } from "./cluster-client.ts";
import { backoffMs, delay, mayRetry } from "./retry.ts";
import type { TopicPartition } from "./topic-partition.ts";

export interface PartitionLeader {
  readonly topicId: Uuid;
  readonly leaderId: number;
  readonly leaderEpoch: number;
}

/**
 * Who leads each partition, answered at once from what the cluster client knows. What it does not know is asked for in
 * the background, all topics in one request, again until it is known.
 */
export class PartitionLeaders {
  private readonly client: ClusterClient;
  private readonly onNews: () => void;
  private readonly onFailure: (error: Error) => void;
  private readonly missing = new Set<string>(); // Topics.
  private isAsking = false;
  private isStopped = false;

  /** `onNews` is called when more may be known; `onFailure` with what no retry mends. */
  constructor(client: ClusterClient, onNews: () => void, onFailure: (error: Error) => void) {
    this.client = client;
    this.onNews = onNews;
    this.onFailure = onFailure;
  }

  /** Null while the leader is not known, or there is none. */
  of({ topic, partition }: TopicPartition): PartitionLeader | null {
    const known = this.client.knownTopic(topic);
    const atPlace = known?.partitions[partition];
    // Partitions are numbered from 0, and listed in order unless some are hidden from us.
    const info =
      atPlace?.partition === partition
        ? atPlace
        : known?.partitions.find((candidate) => candidate.partition === partition);
    if (known !== null && info !== undefined && info.leaderId >= 0) {
      return { topicId: known.topicId, leaderId: info.leaderId, leaderEpoch: info.leaderEpoch };
    }
    if (known !== null) this.client.forgetTopic(topic);
    this.missing.add(topic);
    if (!this.isAsking) void this.ask();
    return null;
  }

  private async ask(): Promise<void> {
    this.isAsking = true;
    for (let failures = 1; this.missing.size > 0 && !this.isStopped; failures += 1) {
      const topics = [...this.missing];
      this.missing.clear();
      try {
        await this.client.fetchMetadata(topics);
      } catch (error) {
        if (!mayRetry(error)) {
          this.onFailure(asError(error));
          break;
        }
        for (const topic of topics) this.missing.add(topic);
      }
      if (this.isStopped) break;
      // Partitions that still have no leader are reported missing again, and asked for after a pause.
      this.onNews();
      if (this.missing.size > 0) {
        await delay(this.client.env, backoffMs(this.client.retryPolicy, failures, this.client.env.random));
      }
    }
    this.isAsking = false;
  }

  stop(): void {
    this.isStopped = true;
  }
}
