import { nameOf, type Fetched, type HistoryEvent, type Scanned } from "./history.ts";
import { Violation, type Invariant } from "./invariant.ts";

const watched = ["highWatermark", "lastStableOffset", "logStartOffset"] as const;

interface Known {
  readonly atMs: number;
  readonly value: number;
}

/**
 * High watermark and last stable offset of a partition never go back, over restarts too. Nor does its log start, but
 * for one case: in a crash a deletion that nobody was told of may be undone.
 */
export class NeverBackwards implements Invariant {
  readonly number = 4;
  readonly name = "NeverBackwards";
  /** For each partition and value: the greatest one that was known at a time, in the order of time. */
  readonly #known = new Map<string, Known[]>();
  /** For each partition: the log start that DeleteRecords has promised. */
  readonly #promised = new Map<string, number>();

  observe(event: HistoryEvent): void {
    if (event.kind === "records-deleted" && event.outcome === "done") {
      const name = nameOf(event);
      this.#promised.set(name, Math.max(event.beforeOffset, this.#promised.get(name) ?? 0));
    }
    if (event.kind === "restarted" && event.how !== "clean") this.#forgetLogStarts();
    if (event.kind !== "fetched" && event.kind !== "scanned") return;
    for (const field of watched) this.#check(event, field);
    const { logStartOffset, lastStableOffset, highWatermark } = event;
    if (logStartOffset <= lastStableOffset && lastStableOffset <= highWatermark) return;
    const order = `log start ${logStartOffset}, last stable ${lastStableOffset}, high watermark ${highWatermark}`;
    throw new Violation(this, `${nameOf(event)} is out of order: ${order}`);
  }

  #forgetLogStarts(): void {
    for (const name of this.#known.keys()) if (name.endsWith(" logStartOffset")) this.#known.delete(name);
    for (const [partition, value] of this.#promised) {
      this.#known.set(`${partition} logStartOffset`, [{ atMs: 0, value }]);
    }
  }

  #check(event: Fetched | Scanned, field: (typeof watched)[number]): void {
    const name = `${nameOf(event)} ${field}`;
    let known = this.#known.get(name);
    if (known === undefined) this.#known.set(name, (known = []));
    const value = event[field];
    if (value < 0) return;
    // Only answers that had come before this question was asked bind it: others may have overtaken it.
    const before = known.findLast(({ atMs }) => atMs < event.invokedMs);
    if (before !== undefined && before.value > value) {
      throw new Violation(this, `${name} was ${before.value} and is ${value}`);
    }
    const greatest = Math.max(value, known.at(-1)?.value ?? 0);
    known.push({ atMs: event.completedMs, value: greatest });
  }
}
