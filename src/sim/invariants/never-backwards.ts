import { nameOf, type Fetched, type HistoryEvent, type Scanned } from "./history.ts";
import { Violation, type Invariant } from "./invariant.ts";

const watched = ["highWatermark", "lastStableOffset", "logStartOffset"] as const;

interface Known {
  readonly atMs: number;
  readonly value: number;
}

/**
 * High watermark and last stable offset of a partition never go back, over restarts too. Nor does its log start, but
 * for one case: a restart may undo a deletion whose request failed or was not answered.
 */
export class NeverBackwards implements Invariant {
  readonly number = 4;
  readonly name = "NeverBackwards";
  /** For each partition and value: the greatest one that was known at a time, in the order of time. */
  readonly #known = new Map<string, Known[]>();
  /** For each partition: the log starts that DeleteRecords has promised. */
  readonly #promised = new Map<string, Known[]>();

  observe(event: HistoryEvent): void {
    if (event.kind === "records-deleted" && event.outcome === "done") {
      push(this.#promised, nameOf(event), { atMs: event.atMs, value: event.beforeOffset });
    }
    if (event.kind === "restarted") this.#forgetLogStarts();
    if (event.kind !== "fetched" && event.kind !== "scanned") return;
    for (const field of watched) this.#check(event, field);
    const { logStartOffset, lastStableOffset, highWatermark } = event;
    if (logStartOffset <= lastStableOffset && lastStableOffset <= highWatermark) return;
    const order = `log start ${logStartOffset}, last stable ${lastStableOffset}, high watermark ${highWatermark}`;
    throw new Violation(this, `${nameOf(event)} is out of order: ${order}`);
  }

  #forgetLogStarts(): void {
    for (const name of this.#known.keys()) if (name.endsWith(" logStartOffset")) this.#known.delete(name);
    for (const [partition, known] of this.#promised) {
      this.#known.set(`${partition} logStartOffset`, [...known]);
    }
  }

  #check(event: Fetched | Scanned, field: (typeof watched)[number]): void {
    const name = `${nameOf(event)} ${field}`;
    const value = event[field];
    if (value < 0) return;
    // Only answers that had come before this question was asked bind it: others may have overtaken it.
    const before = this.#known.get(name)?.findLast(({ atMs }) => atMs < event.invokedMs);
    if (before !== undefined && before.value > value) {
      throw new Violation(this, `${name} was ${before.value} and is ${value}`);
    }
    push(this.#known, name, { atMs: event.completedMs, value });
  }
}

/** Appends what was learnt, or what was known already where that is more. */
function push(known: Map<string, Known[]>, name: string, { atMs, value }: Known): void {
  const list = known.get(name) ?? [];
  list.push({ atMs, value: Math.max(value, list.at(-1)?.value ?? 0) });
  known.set(name, list);
}
