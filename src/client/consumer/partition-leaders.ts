import type { Uuid } from "../../base/uuid.ts";
import { asError } from "../client-error.ts";
import type { ClusterClient } from "../network/cluster-client.ts";
import { backoffMs, delayUnlessStopped, mayRetry } from "../network/retry.ts";
import type { TopicPartition } from "../topic-partition.ts";

export interface PartitionLeader {
  readonly topicId: Uuid;
  readonly leaderId: number;
  readonly leaderEpoch: number;
}

interface Wiring {
  /** Aborted when nobody wants to know any more. */
  readonly signal: AbortSignal;
  /** More may be known. */
  onNews(): void;
  /** No retry mends it. */
  onFailure(error: Error): void;
}

/**
 * Who leads each partition, answered at once from what the cluster client knows. What it does not know is asked for in
 * the background, all topics in one request, again until it is known.
 */
export class PartitionLeaders {
  private readonly client: ClusterClient;
  private readonly wiring: Wiring;
  private readonly missing = new Set<string>(); // Topics.
  private isAsking = false;

  constructor(client: ClusterClient, wiring: Wiring) {
    this.client = client;
    this.wiring = wiring;
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
    const { signal } = this.wiring;
    this.isAsking = true;
    for (let failures = 1; this.missing.size > 0; failures += 1) {
      const topics = [...this.missing];
      this.missing.clear();
      try {
        await this.client.fetchMetadata(topics);
      } catch (error) {
        if (signal.aborted) return;
        if (!mayRetry(error)) {
          this.wiring.onFailure(asError(error));
          break;
        }
        for (const topic of topics) this.missing.add(topic);
      }
      if (signal.aborted) return;
      // Partitions that still have no leader are reported missing again, and asked for after a pause.
      this.wiring.onNews();
      if (this.missing.size === 0) break;
      await this.pause(failures);
    }
    this.isAsking = false;
  }

  private async pause(failures: number): Promise<void> {
    const { env, retryPolicy } = this.client;
    await delayUnlessStopped(env, backoffMs(retryPolicy, failures, env.random), this.wiring.signal);
  }
}
