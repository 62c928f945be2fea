import {
  isControl,
  isTransactional,
  lastOffsetOf,
  producerIdOf,
  recordCountOf,
} from "../../wire/kafka/record-batch.ts";
import { markerOf } from "./batch-facts.ts";
import type { AbortedTransaction } from "./transaction-index.ts";

/**
 * Follows the transactions through a log that is being compacted, from its start on. Aborted data go at once.
 * A marker may go only when none of its transaction's data is left: a consumer that meets aborted data without
 * their marker would go on to hide the producer's later, committed records.
 */
export class CleanedTransactions {
  private readonly aborted: readonly AbortedTransaction[];
  private next = 0;
  private readonly openAborted = new Map<number, { transaction: AbortedTransaction; hasData: boolean }>();
  private readonly openCommitted = new Set<number>();

  /** `aborted` in ascending order of their first offset. */
  constructor(aborted: readonly AbortedTransaction[]) {
    this.aborted = aborted;
  }

  /** Whether the data batch belongs to an aborted transaction. */
  seesAborted(bytes: Buffer, at: number): boolean {
    this.openUpTo(lastOffsetOf(bytes, at));
    if (!isTransactional(bytes, at)) return false;
    const producerId = producerIdOf(bytes, at);
    const open = this.openAborted.get(producerId);
    if (open === undefined) {
      this.openCommitted.add(producerId);
      return false;
    }
    open.hasData = true;
    return true;
  }

  /**
   * Takes in a control batch: whether nothing needs it any more, and the entry that the transaction index of the
   * cleaned segment must keep for it.
   */
  seesMarker(bytes: Buffer, at: number): { isIdle: boolean; keeps: AbortedTransaction | null } {
    this.openUpTo(lastOffsetOf(bytes, at));
    const marker = recordCountOf(bytes, at) === 0 || !isControl(bytes, at) ? null : markerOf(bytes, at);
    if (marker === null) return { isIdle: false, keeps: null };
    const producerId = producerIdOf(bytes, at);
    if (marker.isCommit) return { isIdle: !this.openCommitted.delete(producerId), keeps: null };
    const open = this.openAborted.get(producerId);
    this.openAborted.delete(producerId);
    if (open === undefined || !open.hasData) return { isIdle: true, keeps: null };
    return { isIdle: false, keeps: open.transaction };
  }

  private openUpTo(offset: number): void {
    while (this.next < this.aborted.length && this.aborted[this.next]!.firstOffset <= offset) {
      const transaction = this.aborted[this.next]!;
      this.next += 1;
      if (!this.openAborted.has(transaction.producerId)) {
        this.openAborted.set(transaction.producerId, { transaction, hasData: false });
      }
    }
  }
}
