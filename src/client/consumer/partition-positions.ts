import { errorName } from "../../tables/errors.ts";
import { OffsetForLeaderEpoch } from "../../wire/kafka/messages/23-offset-for-leader-epoch.ts";
import { asError, ClientError, KafkaError } from "../client-error.ts";
import type { ClusterClient } from "../network/cluster-client.ts";
import type { AnyPartition } from "./consumed-partition.ts";
import type { FetcherOptions } from "./fetcher.ts";
import { fetchCommitted } from "./group-offsets.ts";
import { EARLIEST, LATEST, tryListOffsets, type OffsetAnswer } from "./list-offsets.ts";
import type { PartitionLeaders } from "./partition-leaders.ts";
import { backoffMs, delayUnlessStopped, mayRetry } from "../network/retry.ts";

export interface PositionOptions {
  /** Whose committed offsets partitions begin at; null for none. */
  readonly groupId: string | null;
  /** Where a partition begins that the group has committed nothing of, and goes on when its position is outside the log. */
  readonly autoOffsetReset: "earliest" | "latest" | "none";
  readonly isolationLevel: FetcherOptions["isolationLevel"];
}

interface Wiring {
  readonly options: PositionOptions;
  readonly leaders: PartitionLeaders;
  /** Aborted when nobody wants to know any more. */
  readonly signal: AbortSignal;
  readonly partitions: ReadonlyMap<string, AnyPartition>;
  /** The partition's failure is to be told. */
  onFailed(partition: AnyPartition): void;
  /** Some partitions have a position now: told once for all that were looked up together, to be fetched together. */
  onSettled(): void;
}

/**
 * Looks up where partitions begin and checks, after a change of leader, that the log was not cut behind them. It works
 * in the background on whatever is not in the phase `fetch`, and tries again until it is.
 */
export class PartitionPositions {
  private readonly client: ClusterClient;
  private readonly wiring: Wiring;
  private isRunning = false;

  constructor(client: ClusterClient, wiring: Wiring) {
    this.client = client;
    this.wiring = wiring;
  }

  /** Settles what is not settled; calling it again meanwhile is fine. */
  wake(): void {
    if (!this.isRunning && !this.wiring.signal.aborted) void this.run();
  }

  private async run(): Promise<void> {
    const { signal, partitions } = this.wiring;
    const { env, retryPolicy } = this.client;
    this.isRunning = true;
    for (let failures = 0; !signal.aborted;) {
      const open = [...partitions.values()].filter(isOpen);
      if (open.length === 0) break;
      const passed = await this.settleAll(open);
      if (!signal.aborted) this.wiring.onSettled();
      failures = passed ? 0 : failures + 1;
      if (!passed) await delayUnlessStopped(env, backoffMs(retryPolicy, failures, env.random), signal);
    }
    this.isRunning = false;
  }

  /** False when something must be tried again. */
  private async settleAll(open: readonly AnyPartition[]): Promise<boolean> {
    const inPhase = (phase: AnyPartition["phase"]): AnyPartition[] =>
      open.filter((partition) => partition.phase === phase);
    const outcomes = await Promise.all([
      this.attempt(inPhase("find"), async (list) => await this.find(list)),
      this.attempt(inPhase("reset"), async (list) => await this.reset(list)),
      ...inPhase("validate").map(
        async (partition) => await this.attempt([partition], async () => await this.validate(partition)),
      ),
    ]);
    return outcomes.every((passed) => passed);
  }

  private async attempt(
    list: readonly AnyPartition[],
    settle: (list: readonly AnyPartition[]) => Promise<void>,
  ): Promise<boolean> {
    if (list.length === 0) return true;
    try {
      await settle(list);
      return true;
    } catch (error) {
      if (this.wiring.signal.aborted) return true;
      for (const { topic } of list) this.client.forgetTopic(topic);
      if (mayRetry(error)) return false;
      for (const partition of list) if (partition.phase !== "fetch") this.giveUp(partition, asError(error));
      return true;
    }
  }

  private giveUp(partition: AnyPartition, error: Error): void {
    partition.failure = error;
    this.wiring.onFailed(partition);
  }

  private async find(list: readonly AnyPartition[]): Promise<void> {
    const { groupId } = this.wiring.options;
    const seeks = list.map((partition) => partition.seeks);
    const committed =
      groupId === null
        ? []
        : await fetchCommitted(this.client, groupId, list, { signal: this.wiring.signal });
    for (const [index, partition] of list.entries()) {
      if (partition.seeks !== seeks[index]) continue; // The user has moved it meanwhile.
      const known = committed.find(
        (entry) => entry.topic === partition.topic && entry.partition === partition.partition,
      );
      if (known === undefined) {
        partition.phase = "reset";
        continue;
      }
      partition.committedOffset = known.offset;
      partition.seek({ offset: known.offset, leaderEpoch: known.leaderEpoch });
    }
  }

  private async reset(list: readonly AnyPartition[]): Promise<void> {
    const { autoOffsetReset, isolationLevel } = this.wiring.options;
    if (autoOffsetReset === "none") {
      for (const partition of list) this.giveUp(partition, this.noPosition(partition));
      return;
    }
    const timestamp = autoOffsetReset === "earliest" ? EARLIEST : LATEST;
    const seeks = list.map((partition) => partition.seeks);
    const queries = list.map(({ topic, partition }) => ({ topic, partition, timestamp }));
    const found = new Map<string, OffsetAnswer>();
    const failure = await tryListOffsets(this.client, queries, { found, isolationLevel });
    for (const [index, partition] of list.entries()) {
      const answer = found.get(partition.name);
      if (answer === undefined || partition.seeks !== seeks[index]) continue;
      partition.moveTo({ offset: answer.offset, leaderEpoch: answer.leaderEpoch });
    }
    if (failure !== null) throw failure;
  }

  private noPosition(partition: AnyPartition): Error {
    const wayOut = `autoOffsetReset is "none": seek, or set it to "earliest" or "latest"`;
    if (partition.position === null) {
      const message = `There is no committed offset for ${partition.name} to begin at, and ${wayOut}`;
      return new ClientError("invalid", message);
    }
    const action = `fetch ${partition.name} from offset ${partition.fetch.offset}`;
    return new KafkaError(action, "OFFSET_OUT_OF_RANGE", wayOut);
  }

  /** KIP-320: asks the new leader where the epoch of the last record ends in its log. */
  private async validate(partition: AnyPartition): Promise<void> {
    const leader = this.wiring.leaders.of(partition);
    if (leader === null) throw new KafkaError(`check ${partition.name}`, "LEADER_NOT_AVAILABLE");
    const { seeks, fetch } = partition;
    const end = fetch.leaderEpoch < 0 ? null : await this.epochEnd(partition, leader);
    if (partition.seeks !== seeks || partition.phase !== "validate") return;
    partition.checkedEpoch = leader.leaderEpoch;
    partition.phase = "fetch";
    if (end !== null && end.offset < fetch.offset) this.truncate(partition, end);
  }

  /** Null when the broker is too old to say. */
  private async epochEnd(
    partition: AnyPartition,
    leader: { readonly leaderId: number; readonly leaderEpoch: number },
  ): Promise<{ offset: number; leaderEpoch: number } | null> {
    const { topic, partition: number, fetch } = partition;
    const wanted = {
      partition: number,
      currentLeaderEpoch: leader.leaderEpoch,
      leaderEpoch: fetch.leaderEpoch,
    };
    try {
      const response = await this.client.requestOnce(
        { to: "node", nodeId: leader.leaderId },
        OffsetForLeaderEpoch,
        {
          replicaId: -1,
          topics: [{ topic, partitions: [wanted] }],
        },
      );
      const answer = response.topics[0]?.partitions[0];
      const code = errorName(answer?.errorCode ?? -1);
      if (answer === undefined || code !== "NONE") throw new KafkaError(`check ${partition.name}`, code);
      return { offset: answer.endOffset, leaderEpoch: answer.leaderEpoch };
    } catch (error) {
      if (error instanceof ClientError && error.kind === "unsupported") return null;
      throw error;
    }
  }

  /** The log was cut and written anew: what was read beyond `end` is not what stands there now. */
  private truncate(
    partition: AnyPartition,
    end: { readonly offset: number; readonly leaderEpoch: number },
  ): void {
    if (this.wiring.options.autoOffsetReset === "none") {
      const detail = `the log was cut at ${end.offset}, before the position ${partition.fetch.offset}`;
      this.giveUp(partition, new KafkaError(`go on in ${partition.name}`, "OFFSET_OUT_OF_RANGE", detail));
    } else if (end.offset < 0) partition.phase = "reset";
    else {
      const { checkedEpoch } = partition;
      partition.seek(end);
      partition.checkedEpoch = checkedEpoch;
    }
  }
}

function isOpen(partition: AnyPartition): boolean {
  return partition.phase !== "fetch" && partition.failure === null;
}
