import type { CommittedOffset, GroupMetadata, GroupRecord, OffsetRecord } from "./group-record.ts";

/** A transactional offset waits for its producer's marker; null deletes when the marker commits. */
interface PendingOffset {
  readonly record: OffsetRecord;
  readonly sequence: number;
}

interface StoredOffset extends CommittedOffset {
  /** Order among all records applied; a transaction's offset does not replace one that was written after it. */
  readonly sequence: number;
}

type TopicOffsets = Map<number, StoredOffset>;

/** One group's durable part. `metadata` is null for a group that only ever committed offsets (a simple group). */
interface GroupFacts {
  metadata: GroupMetadata | null;
  readonly offsets: Map<string, TopicOffsets>;
}

/**
 * What the log of one `__consumer_offsets` partition says.
 *
 * `apply` and `endTransaction` are the only writers, live and when the log is read at start-up, so the state after
 * a restart is the state before it. A group exists from its first record to its tombstone, even when all of its
 * offsets have been deleted in between, as in Kafka.
 */
export class GroupState {
  readonly #groups = new Map<string, GroupFacts>();
  readonly #pending = new Map<number, Map<string, PendingOffset>>();
  /** How many pending transactional offsets there are per partition of a group. */
  readonly #pendingCounts = new Map<string, number>();
  #sequence = 0;

  apply(record: GroupRecord): void {
    this.#sequence += 1;
    if (record.kind === "group") this.#applyGroup(record.groupId, record.value);
    else this.#applyOffset(record, this.#sequence);
  }

  /** An offset inside a transaction: it counts when `endTransaction` says so. A group appears with it already. */
  applyTransactional(producerId: number, record: OffsetRecord): void {
    this.#sequence += 1;
    if (record.value !== null) this.#group(record.groupId);
    let pending = this.#pending.get(producerId);
    if (pending === undefined) {
      pending = new Map();
      this.#pending.set(producerId, pending);
    }
    const key = partitionKey(record.groupId, record.topic, record.partition);
    if (!pending.has(key)) this.#pendingCounts.set(key, (this.#pendingCounts.get(key) ?? 0) + 1);
    pending.set(key, { record, sequence: this.#sequence });
  }

  endTransaction(producerId: number, outcome: "commit" | "abort"): void {
    const pending = this.#pending.get(producerId);
    if (pending === undefined) return;
    this.#pending.delete(producerId);
    for (const [key, { record, sequence }] of pending) {
      const count = (this.#pendingCounts.get(key) ?? 0) - 1;
      if (count <= 0) this.#pendingCounts.delete(key);
      else this.#pendingCounts.set(key, count);
      const stored = this.offset(record.groupId, record.topic, record.partition) as StoredOffset | undefined;
      const isNewest = stored === undefined || stored.sequence < sequence;
      if (outcome === "commit" && isNewest) this.#applyOffset(record, sequence);
    }
  }

  exists(groupId: string): boolean {
    return this.#groups.has(groupId);
  }

  groupIds(): IterableIterator<string> {
    return this.#groups.keys();
  }

  metadata(groupId: string): GroupMetadata | null {
    return this.#groups.get(groupId)?.metadata ?? null;
  }

  offset(groupId: string, topic: string, partition: number): CommittedOffset | undefined {
    return this.#groups.get(groupId)?.offsets.get(topic)?.get(partition);
  }

  /** Topic to partition to offset, in the order of the first commit. */
  offsets(groupId: string): ReadonlyMap<string, ReadonlyMap<number, CommittedOffset>> {
    return this.#groups.get(groupId)?.offsets ?? NO_OFFSETS;
  }

  hasPendingOffset(groupId: string, topic: string, partition: number): boolean {
    return this.#pendingCounts.size > 0 && this.#pendingCounts.has(partitionKey(groupId, topic, partition));
  }

  /** Whether a transaction that has not ended holds an offset of the group. */
  hasPendingOffsets(groupId: string): boolean {
    return this.#pendingCounts.size > 0 && this.pendingOffsets(groupId).next().done !== true;
  }

  /** The partitions of the group for which a transaction that has not ended holds an offset; may repeat one. */
  *pendingOffsets(groupId: string): Generator<OffsetRecord> {
    for (const pending of this.#pending.values()) {
      for (const { record } of pending.values()) if (record.groupId === groupId) yield record;
    }
  }

  #applyGroup(groupId: string, metadata: GroupMetadata | null): void {
    if (metadata === null) this.#groups.delete(groupId);
    else this.#group(groupId).metadata = metadata;
  }

  #applyOffset(record: OffsetRecord, sequence: number): void {
    const { topic, partition, value } = record;
    if (value === null) {
      this.#dropPending(partitionKey(record.groupId, topic, partition));
      const offsets = this.#groups.get(record.groupId)?.offsets;
      const topicOffsets = offsets?.get(topic);
      topicOffsets?.delete(partition);
      if (topicOffsets?.size === 0) offsets?.delete(topic);
      return;
    }
    const { offsets } = this.#group(record.groupId);
    let topicOffsets = offsets.get(topic);
    if (topicOffsets === undefined) {
      topicOffsets = new Map();
      offsets.set(topic, topicOffsets);
    }
    topicOffsets.set(partition, { ...value, sequence });
  }

  /** A deletion also forgets what transactions were about to write, or their markers would bring it back. */
  #dropPending(key: string): void {
    if (!this.#pendingCounts.delete(key)) return;
    for (const [producerId, pending] of this.#pending) {
      pending.delete(key);
      if (pending.size === 0) this.#pending.delete(producerId);
    }
  }

  #group(groupId: string): GroupFacts {
    let facts = this.#groups.get(groupId);
    if (facts === undefined) {
      facts = { metadata: null, offsets: new Map() };
      this.#groups.set(groupId, facts);
    }
    return facts;
  }
}

const NO_OFFSETS: ReadonlyMap<string, ReadonlyMap<number, CommittedOffset>> = new Map();

/** The group's length comes first, so that no group id can be the prefix of another one's keys. */
function partitionKey(groupId: string, topic: string, partition: number): string {
  return `${groupId.length}:${groupId}:${topic}:${partition}`;
}
