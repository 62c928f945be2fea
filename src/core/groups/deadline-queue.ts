interface Entry {
  readonly key: string;
  readonly atMs: number;
  readonly sequence: number;
}

/**
 * When to look at each key again, at the latest.
 *
 * The time kept for a key is a lower bound: a heartbeat moves a session's end further away without touching the
 * queue, and whoever looks too early puts the key back with the true time. So a heartbeat costs one map lookup.
 */
export class DeadlineQueue {
  readonly #heap: Entry[] = [];
  readonly #scheduled = new Map<string, Entry>();
  #sequence = 0;

  /** Makes sure that `key` comes up at `atMs` or before. */
  schedule(key: string, atMs: number): void {
    if (atMs === Infinity) return;
    const current = this.#scheduled.get(key);
    if (current !== undefined && current.atMs <= atMs) return;
    this.#sequence += 1;
    const entry = { key, atMs, sequence: this.#sequence };
    this.#scheduled.set(key, entry);
    this.#push(entry);
  }

  /** The earliest time at which something may be due; null when nothing is scheduled. */
  next(): number | null {
    this.#dropStale();
    return this.#heap[0]?.atMs ?? null;
  }

  /** Takes out the earliest key that is due, or null. */
  popDue(nowMs: number): string | null {
    this.#dropStale();
    const first = this.#heap[0];
    if (first === undefined || first.atMs > nowMs) return null;
    this.#pop();
    this.#scheduled.delete(first.key);
    return first.key;
  }

  /** An entry is stale when its key has been scheduled earlier since, and has come up since. */
  #dropStale(): void {
    for (;;) {
      const first = this.#heap[0];
      if (first === undefined || this.#scheduled.get(first.key) === first) return;
      this.#pop();
    }
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(entry);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(entry, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = entry;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child += 1;
      if (!isBefore(heap[child]!, last)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
  }
}

/** Equal times come up in the order in which they were scheduled, so that a run can be replayed. */
function isBefore(a: Entry, b: Entry): boolean {
  return a.atMs !== b.atMs ? a.atMs < b.atMs : a.sequence < b.sequence;
}
