/** Called once: true when everything below the awaited offset is committed, false when time ran out first. */
export type CommitListener = (isCommitted: boolean) => void;

interface Waiter {
  readonly offset: number; // Exclusive.
  readonly deadlineMs: number; // Monotonic.
  readonly listener: CommitListener;
}

const COMPACT_AT = 1024;

/**
 * Requests that wait until the high watermark passes what they wrote. Appends come in offset order, so this
 * is a queue; only time-outs leave it out of order, and they are rare.
 */
export class CommitWaiters {
  private waiters: Waiter[] = [];
  private head = 0;

  get size(): number {
    return this.waiters.length - this.head;
  }

  add(waiter: Waiter): void {
    this.waiters.push(waiter);
  }

  /** Answers all whose records lie below `highWatermark` (exclusive). */
  advance(highWatermark: number): void {
    while (this.head < this.waiters.length && this.waiters[this.head]!.offset <= highWatermark) {
      const { listener } = this.waiters[this.head]!;
      this.head += 1;
      listener(true);
    }
    if (this.head === this.waiters.length) {
      this.waiters.length = 0;
      this.head = 0;
    } else if (this.head >= COMPACT_AT && this.head * 2 >= this.waiters.length) {
      this.waiters.splice(0, this.head);
      this.head = 0;
    }
  }

  /** Answers those whose time has run out. */
  expire(monotonicMs: number): void {
    if (!this.waiters.some((waiter, index) => index >= this.head && waiter.deadlineMs <= monotonicMs)) return;
    const waiting = this.waiters.slice(this.head);
    this.waiters = waiting.filter((waiter) => waiter.deadlineMs > monotonicMs);
    this.head = 0;
    for (const waiter of waiting) if (waiter.deadlineMs <= monotonicMs) waiter.listener(false);
  }

  /** Answers everybody with false: the partition goes away. */
  abandon(): void {
    const waiting = this.waiters.slice(this.head);
    this.waiters = [];
    this.head = 0;
    for (const waiter of waiting) waiter.listener(false);
  }
}
