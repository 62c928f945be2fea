import { nameOf, type HistoryEvent, type Scanned } from "./history.ts";
import { Violation, type Invariant } from "./invariant.ts";

interface Promised {
  readonly offset: number;
  readonly value: string;
  readonly acks: 0 | 1 | -1;
}

/**
 * What was acknowledged with acks=all is readable at its offset, after any mix of faults. What was acknowledged with
 * acks=1 is readable unless the power was cut since; acks=0 promises nothing.
 */
export class AckedIsReadable implements Invariant {
  readonly number = 2;
  readonly name = "AckedIsReadable";
  readonly #promised = new Map<string, Promised[]>();
  /** For each value: how many power cuts there had been when it was sent. */
  readonly #sentAfter = new Map<string, number>();
  #powerCuts = 0;
  readonly #deletedBefore = new Map<string, number>();

  observe(event: HistoryEvent): void {
    if (event.kind === "sent") for (const value of event.values) this.#sentAfter.set(value, this.#powerCuts);
    if (event.kind === "produced" && event.acks !== 0) {
      const promised = this.#of(nameOf(event));
      for (const [index, value] of event.values.entries()) {
        // The power was cut while the answer was on its way.
        if (event.acks === 1 && this.#sentAfter.get(value) !== this.#powerCuts) continue;
        promised.push({ offset: event.baseOffset + index, value, acks: event.acks });
      }
    }
    if (event.kind === "records-deleted") {
      const name = nameOf(event);
      this.#deletedBefore.set(name, Math.max(event.beforeOffset, this.#deletedBefore.get(name) ?? 0));
    }
    if (event.kind === "restarted" && event.how === "power-cut") {
      this.#powerCuts += 1;
      this.#forgetWeakPromises();
    }
    if (event.kind === "scanned") this.#check(event);
  }

  #of(partition: string): Promised[] {
    let promised = this.#promised.get(partition);
    if (promised === undefined) this.#promised.set(partition, (promised = []));
    return promised;
  }

  #forgetWeakPromises(): void {
    for (const [partition, promised] of this.#promised) {
      this.#promised.set(
        partition,
        promised.filter(({ acks }) => acks === -1),
      );
    }
  }

  #check(scan: Scanned): void {
    const partition = nameOf(scan);
    const deletedBefore = this.#deletedBefore.get(partition) ?? 0;
    if (scan.policy.retentionBytes === null && scan.logStartOffset > deletedBefore) {
      const details = `${partition} starts at ${scan.logStartOffset}, but only ${deletedBefore} was asked for`;
      throw new Violation(this, details);
    }
    // Compaction may drop records; that it drops only the right ones is another invariant.
    if (scan.policy.isCompacted) return;
    const values = new Map(scan.records.map((record) => [record.offset, record.value]));
    for (const { offset, value, acks } of this.#of(partition)) {
      if (offset < scan.logStartOffset) continue;
      const found = values.get(offset);
      if (found === value) continue;
      const details = `${partition} offset ${offset}: "${value}" was acknowledged (acks=${acks}), now ${
        found === undefined
          ? `nothing is there (high watermark ${scan.highWatermark})`
          : `"${found}" is there`
      }`;
      throw new Violation(this, details);
    }
  }
}
