import { errorName } from "../tables/errors.ts";
import { Fetch } from "../wire/kafka/messages/01-fetch.ts";
import type { DecodedRecord } from "../wire/kafka/decode-records.ts";
import type { RequestInput, ResponseOf } from "../wire/kafka/schema.ts";
import type { PartitionName } from "./accumulator.ts";
import { asError, KafkaError } from "./client-error.ts";
import type { ClusterClient } from "./cluster-client.ts";
import { fetchedRecords } from "./fetched-records.ts";
import { EARLIEST, LATEST, listOffset } from "./list-offsets.ts";
import { delay, mayRetry } from "./retry.ts";

export interface FetcherOptions {
  /** Milliseconds that the broker may hold a request until `bytesMin` are there. */
  readonly waitMsMax: number;
  readonly bytesMin: number;
  readonly bytesMax: number;
  readonly partitionBytesMax: number;
  readonly isolation: "read_uncommitted" | "read_committed";
  /** Where to go on when the position is outside the log. */
  readonly offsetReset: "earliest" | "latest" | "none";
}

export const FETCHER_DEFAULTS: FetcherOptions = {
  waitMsMax: 500,
  bytesMin: 1,
  bytesMax: 50 * 1024 * 1024,
  partitionBytesMax: 1024 * 1024,
  isolation: "read_uncommitted",
  offsetReset: "latest",
};

export interface Position extends PartitionName {
  /** The next offset to read. */
  offset: number;
  /** Exclusive end that the last answer told; -1 before the first. */
  highWatermark: number;
}

export interface ConsumedRecord extends DecodedRecord, PartitionName {}

/** Versions above name topics by id. */
const BY_NAME_VERSION_MAX = 12;
const RETRY_MS = 100;

/**
 * Reads assigned partitions from their leaders, with at most one request out per broker. `poll` hands over
 * what has arrived; nothing more is asked for until it is called again, which holds a fast broker back.
 */
export class Fetcher {
  private readonly client: ClusterClient;
  private readonly options: FetcherOptions;
  private readonly positions = new Map<string, Position>();
  private readonly outstanding = new Map<number, Promise<void>>(); // By node id; they never reject.
  private arrived: ConsumedRecord[] = [];
  private failure: Error | null = null;

  constructor(client: ClusterClient, options: Partial<FetcherOptions> = {}) {
    this.client = client;
    this.options = { ...FETCHER_DEFAULTS, ...options };
  }

  /** Replaces the partitions to read; what has come or is under way for the old ones is dropped. */
  assign(positions: readonly (PartitionName & { offset: number })[]): void {
    this.positions.clear();
    this.arrived = [];
    this.failure = null;
    for (const { topic, partition, offset } of positions) {
      this.positions.set(`${topic}/${partition}`, { topic, partition, offset, highWatermark: -1 });
    }
  }

  /** The partitions that are read, with how far. */
  assigned(): readonly Position[] {
    return [...this.positions.values()];
  }

  /**
   * Records of at least one partition, in order within each; none when nothing came within `waitMsMax`.
   * @throws KafkaError OFFSET_OUT_OF_RANGE with `offsetReset: "none"`, and what else no retry mends.
   */
  async poll(): Promise<ConsumedRecord[]> {
    await this.ask();
    if (this.arrived.length === 0 && this.failure === null) {
      if (this.outstanding.size > 0) await Promise.race(this.outstanding.values());
      else await delay(this.client.env, Math.min(RETRY_MS, this.options.waitMsMax));
    }
    // What came is handed over before what went wrong is told, or it would be lost: its position has moved.
    if (this.arrived.length > 0) return this.arrived.splice(0);
    const { failure } = this;
    this.failure = null;
    if (failure !== null) throw failure;
    return [];
  }

  private async ask(): Promise<void> {
    const byLeader = new Map<number, Position[]>();
    for (const position of this.positions.values()) {
      const leaderId = await this.leaderOf(position);
      if (leaderId !== null) byLeader.set(leaderId, [...(byLeader.get(leaderId) ?? []), position]);
    }
    for (const [nodeId, positions] of byLeader) {
      if (this.outstanding.has(nodeId)) continue;
      const request = this.fetchFrom(nodeId, positions).finally(() => this.outstanding.delete(nodeId));
      this.outstanding.set(nodeId, request);
    }
  }

  private async leaderOf({ topic, partition }: PartitionName): Promise<number | null> {
    try {
      return (await this.client.leaderOf(topic, partition)).leaderId;
    } catch (error) {
      if (!mayRetry(error)) throw error;
      return null; // No leader for now: the next poll asks again.
    }
  }

  private async fetchFrom(nodeId: number, positions: readonly Position[]): Promise<void> {
    try {
      const response = await this.client.requestOnce({ to: "node", nodeId }, Fetch, this.body(positions), {
        versionMax: BY_NAME_VERSION_MAX,
        heldMs: this.options.waitMsMax,
      });
      await this.take(response, positions);
    } catch (error) {
      if (!mayRetry(error)) {
        this.failure = asError(error);
        return;
      }
      for (const { topic } of positions) this.client.forgetTopic(topic);
      await delay(this.client.env, RETRY_MS);
    }
  }

  private body(positions: readonly Position[]): RequestInput<typeof Fetch> {
    const topics = [...Map.groupBy(positions, ({ topic }) => topic)].map(([topic, list]) => ({
      topic,
      partitions: list.map(({ partition, offset }) => ({
        partition,
        fetchOffset: offset,
        partitionMaxBytes: this.options.partitionBytesMax,
      })),
    }));
    return {
      maxWaitMs: this.options.waitMsMax,
      minBytes: this.options.bytesMin,
      maxBytes: this.options.bytesMax,
      isolationLevel: this.options.isolation === "read_committed" ? 1 : 0,
      topics,
      forgottenTopicsData: [],
    };
  }

  /** One partition's error keeps no other from being taken; the first is thrown at the end. */
  private async take(response: ResponseOf<typeof Fetch>, positions: readonly Position[]): Promise<void> {
    if (response.errorCode !== 0) throw new KafkaError("fetch", errorName(response.errorCode));
    let failure: Error | null = null;
    for (const { topic, partitions } of response.responses) {
      for (const answer of partitions) {
        const isAsked = (candidate: Position): boolean =>
          candidate.topic === topic && candidate.partition === answer.partitionIndex;
        const position = positions.find(isAsked);
        // A new assignment has other position objects: answers for the old one must not move it.
        if (position === undefined || this.positions.get(`${topic}/${position.partition}`) !== position)
          continue;
        try {
          this.arrived.push(...(await this.takePartition(position, answer)));
        } catch (error) {
          failure ??= asError(error);
        }
      }
    }
    if (failure !== null) throw failure;
  }

  private async takePartition(
    position: Position,
    answer: ResponseOf<typeof Fetch>["responses"][number]["partitions"][number],
  ): Promise<ConsumedRecord[]> {
    const { topic, partition } = position;
    const code = errorName(answer.errorCode);
    if (code === "OFFSET_OUT_OF_RANGE") {
      await this.reset(position);
      return [];
    }
    if (code !== "NONE") throw new KafkaError(`fetch from ${topic}-${partition}`, code);
    position.highWatermark = answer.highWatermark;
    if (answer.records === null || answer.records.length === 0) return [];
    const { records, nextOffset } = fetchedRecords(answer.records, position.offset);
    position.offset = nextOffset;
    return records.map((record) => ({ topic, partition, ...record }));
  }

  private async reset(position: Position): Promise<void> {
    const { topic, partition } = position;
    if (this.options.offsetReset === "none") {
      throw new KafkaError(`fetch offset ${position.offset} of ${topic}-${partition}`, "OFFSET_OUT_OF_RANGE");
    }
    const timestamp = this.options.offsetReset === "earliest" ? EARLIEST : LATEST;
    position.offset = (await listOffset(this.client, { topic, partition, timestamp })).offset;
  }

  /** Waits until no request is out, so that nothing of this fetcher runs on. */
  async stop(): Promise<void> {
    this.assign([]);
    await Promise.all(this.outstanding.values());
  }
}
