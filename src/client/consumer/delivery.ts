import type { ConsumedPartition } from "./consumed-partition.ts";
import type { ConsumerRecord } from "./consumer-record.ts";

/**
 * Records of one partition that were handed over together, to be worked through in order. An iterator over records
 * moves `index` itself, without any other work per record; what that means for offsets is found out when it is asked.
 */
export class Delivery<K, V> {
  readonly partition: ConsumedPartition<K, V>;
  readonly records: ConsumerRecord<K, V>[];
  /** How many of the records the caller has been given; it works on the last of them, or on all of a batch. */
  index: number;
  private readonly isBatch: boolean;
  private readonly seeks: number;
  private readonly count: number;
  /** Behind the last record may lie what is never shown, such as a transaction's marker. */
  private readonly behind: number;

  constructor(partition: ConsumedPartition<K, V>, records: ConsumerRecord<K, V>[], isBatch: boolean) {
    this.partition = partition;
    this.records = records;
    this.isBatch = isBatch;
    this.index = isBatch ? records.length : 1;
    this.seeks = partition.seeks;
    this.count = records.length;
    this.behind = partition.position ?? 0;
  }

  /** Tells the partition what has been worked through so far: all but the record, or the batch, at hand. */
  note(): void {
    if (!this.isBatch) this.advance(this.index - 1);
  }

  /** The caller has gone on: all that it was given has been worked through. */
  release(): void {
    this.advance(this.index);
  }

  private advance(count: number): void {
    const last = this.records[count - 1];
    // After a seek, what was worked on before says nothing of the new place.
    if (last === undefined || this.partition.seeks !== this.seeks) return;
    const offset = count === this.count ? Math.max(this.behind, last.offset + 1) : last.offset + 1;
    this.partition.advance({ offset, leaderEpoch: last.leaderEpoch });
  }

  /** Takes the records back that the caller has not been given. */
  cut(): ConsumerRecord<K, V>[] {
    return this.records.splice(this.index);
  }
}
