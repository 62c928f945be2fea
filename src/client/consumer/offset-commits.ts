import { asError, KafkaError } from "../client-error.ts";
import type { ClusterClient } from "../network/cluster-client.ts";
import type { AnyPartition } from "./consumed-partition.ts";
import type { OffsetToCommit } from "./consumer-record.ts";
import { publish } from "../diagnostics.ts";
import type { GroupMember } from "./group-member.ts";
import { commitGroupOffsets, type Committer } from "./group-offsets.ts";
import { backoffMs, delay, mayRetry } from "../network/retry.ts";
import { partitionName, type TopicPartition } from "../topic-partition.ts";

export interface CommitCounts {
  /** Times that offsets were committed. */
  commits: number;
  /** Times that a commit was refused, or lost. */
  commitErrors: number;
}

interface Wiring {
  readonly groupId: string;
  /** Null when partitions were assigned by hand. */
  readonly member: GroupMember | null;
  readonly partitions: ReadonlyMap<string, AnyPartition>;
  readonly counts: CommitCounts;
  /** Aborted when there is no more time for another try. */
  readonly signal: AbortSignal;
}

/**
 * Commits offsets, one request at a time and in the order of the calls. A commit that comes into a rebalance is sent
 * again with the new generation as long as this member still has the partitions.
 */
export class OffsetCommits {
  private readonly client: ClusterClient;
  private readonly wiring: Wiring;
  private last: Promise<void> = Promise.resolve();

  constructor(client: ClusterClient, wiring: Wiring) {
    this.client = client;
    this.wiring = wiring;
  }

  /**
   * Resolves when the group's coordinator has the offsets.
   * @throws KafkaError ILLEGAL_GENERATION, UNKNOWN_MEMBER_ID or REBALANCE_IN_PROGRESS when the partitions have gone to
   * another member, which reads the records again.
   */
  async commit(offsets: readonly OffsetToCommit[]): Promise<void> {
    if (offsets.length === 0) return;
    const turn = this.last.then(async () => await this.commitNow(offsets));
    // What fails is told to its caller; the next commit goes its own way.
    this.last = turn.catch(() => {});
    await turn;
  }

  private async commitNow(offsets: readonly OffsetToCommit[]): Promise<void> {
    let failure: Error | null = null;
    try {
      await this.commitUntilSettled(offsets);
      this.wiring.counts.commits += 1;
      for (const { topic, partition, offset, leaderEpoch = -1 } of offsets) {
        const known = this.wiring.partitions.get(partitionName({ topic, partition }));
        if (known === undefined) continue;
        known.committedOffset = offset;
        // A caller that commits by itself says that it has worked through more than we can see.
        known.advance({ offset, leaderEpoch });
      }
    } catch (error) {
      this.wiring.counts.commitErrors += 1;
      failure = asError(error);
    }
    const { groupId } = this.wiring;
    publish("commit", () => ({ clientId: this.client.options.clientId, groupId, offsets, error: failure }));
    if (failure !== null) throw failure;
  }

  private async commitUntilSettled(offsets: readonly OffsetToCommit[]): Promise<void> {
    const { clock, random } = this.client.env;
    const startedMs = clock.monotonic();
    for (let failures = 1; ; failures += 1) {
      const committer = this.committer();
      this.refuseForeign(committer, offsets);
      try {
        await commitGroupOffsets(this.client, committer, offsets);
        return;
      } catch (error) {
        const waitMs = backoffMs(this.client.retryPolicy, failures, random);
        const isLate = clock.monotonic() + waitMs - startedMs > this.client.options.apiTimeoutMs;
        if (isLate || !this.maySettle(error, committer)) throw error;
        await delay(this.client.env, waitMs, [this.wiring.signal]);
      }
    }
  }

  private committer(): Committer {
    const { member, groupId } = this.wiring;
    if (member !== null) return member.session.committer;
    return { groupId, memberId: "", generationId: -1, groupInstanceId: null };
  }

  /** The broker does not ask whose a partition is: a late commit would undo what its new reader has committed. */
  private refuseForeign(committer: Committer, offsets: readonly TopicPartition[]): void {
    const { member, groupId, partitions } = this.wiring;
    if (member === null) return;
    const action = `commit offsets of group "${groupId}"`;
    const foreign = offsets.find((offset) => !partitions.has(partitionName(offset)));
    if (committer.memberId === "")
      throw new KafkaError(action, "UNKNOWN_MEMBER_ID", "this member has left it");
    if (foreign === undefined) return;
    throw new KafkaError(
      action,
      "ILLEGAL_GENERATION",
      `${partitionName(foreign)} has gone to another member`,
    );
  }

  private maySettle(error: unknown, committer: Committer): boolean {
    const { member, groupId } = this.wiring;
    if (!isOutdated(error) || member === null) {
      this.client.forgetCoordinator(groupId);
      return mayRetry(error);
    }
    // The group has formed anew since this was sent, and we are in it.
    const hasMovedOn = committer.generationId !== member.session.generationId;
    if (!hasMovedOn) member.noteRefusal(error.code);
    return hasMovedOn || error.code === "REBALANCE_IN_PROGRESS";
  }
}

/** Whether the group refuses because it is not the one that the committer knows. */
export function isOutdated(error: unknown): error is KafkaError {
  if (!(error instanceof KafkaError)) return false;
  const { code } = error;
  return code === "REBALANCE_IN_PROGRESS" || code === "ILLEGAL_GENERATION" || code === "UNKNOWN_MEMBER_ID";
}
