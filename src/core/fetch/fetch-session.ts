import type { Uuid } from "../../base/uuid.ts";

/** One partition of a Fetch request. Offsets are the next one wanted. */
export interface FetchPartition {
  /** "" when the request named the topic by id and the id is unknown. */
  readonly topic: string;
  readonly topicId: Uuid;
  readonly partition: number;
  readonly fetchOffset: number;
  readonly maxBytes: number;
  readonly currentLeaderEpoch: number;
  readonly lastFetchedEpoch: number;
}

/** What a session keeps of a partition (KIP-227). */
interface CachedPartition {
  request: FetchPartition;
  highWatermark: number;
  logStartOffset: number;
}

/** What an incremental answer is decided by. */
export interface FetchOutcome {
  readonly errorCode: number;
  readonly highWatermark: number;
  readonly logStartOffset: number;
  readonly recordsBytes: number;
  /** A diverging epoch or a preferred replica: the partition must be listed. */
  readonly mustBeListed: boolean;
}

const NEVER_SENT = -1;
const EPOCH_MAX = 2 ** 31 - 1;

export function partitionKey(usesTopicIds: boolean, of: FetchPartition): string {
  return `${usesTopicIds ? of.topicId : of.topic}:${of.partition}`;
}

/** An incremental fetch session: the partitions that a consumer follows, so that it need not repeat them. */
export class FetchSession {
  readonly id: number;
  readonly usesTopicIds: boolean;
  lastUsedMs: number;
  /** The epoch that the next request must carry. */
  nextEpoch = 1;
  private readonly partitions = new Map<string, CachedPartition>();

  constructor(id: number, usesTopicIds: boolean, nowMs: number) {
    this.id = id;
    this.usesTopicIds = usesTopicIds;
    this.lastUsedMs = nowMs;
  }

  get size(): number {
    return this.partitions.size;
  }

  /** Adds or changes the given partitions and drops the forgotten ones. */
  update(changed: readonly FetchPartition[], forgotten: readonly FetchPartition[]): void {
    for (const request of changed) {
      const key = partitionKey(this.usesTopicIds, request);
      const cached = this.partitions.get(key);
      if (cached === undefined) {
        this.partitions.set(key, { request, highWatermark: NEVER_SENT, logStartOffset: NEVER_SENT });
      } else cached.request = request;
    }
    for (const gone of forgotten) this.partitions.delete(partitionKey(this.usesTopicIds, gone));
  }

  /** In the order in which they are to be read: the longest without data first. */
  requests(): FetchPartition[] {
    return Array.from(this.partitions.values(), (cached) => cached.request);
  }

  /**
   * Whether an incremental answer lists the partition; remembers what the client will then know. A
   * partition that returned data goes to the end of the order, so that a busy one starves no other.
   */
  mustList(request: FetchPartition, outcome: FetchOutcome): boolean {
    const key = partitionKey(this.usesTopicIds, request);
    const cached = this.partitions.get(key);
    if (cached === undefined) return true;
    const hasData = outcome.recordsBytes > 0;
    const isListed =
      hasData ||
      outcome.mustBeListed ||
      outcome.errorCode !== 0 ||
      cached.highWatermark !== outcome.highWatermark ||
      cached.logStartOffset !== outcome.logStartOffset;
    // After an error everything is sent again once the partition has recovered.
    cached.highWatermark = outcome.errorCode === 0 ? outcome.highWatermark : NEVER_SENT;
    cached.logStartOffset = outcome.logStartOffset;
    if (hasData) {
      this.partitions.delete(key);
      this.partitions.set(key, cached);
    }
    return isListed;
  }

  /** Epochs wrap to 1: 0 means "create". */
  advanceEpoch(nowMs: number): void {
    this.nextEpoch = this.nextEpoch === EPOCH_MAX ? 1 : this.nextEpoch + 1;
    this.lastUsedMs = nowMs;
  }
}
