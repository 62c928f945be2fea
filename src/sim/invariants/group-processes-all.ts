import { nameOf, type HistoryEvent } from "./history.ts";
import { Violation, type Invariant } from "./invariant.ts";

/** Some time after the last fault a group has processed every record of its topics, and has committed that. */
export class GroupProcessesAll implements Invariant {
  readonly number = 32;
  readonly name = "GroupProcessesAll";
  readonly #processed = new Map<string, Set<string>>();
  readonly #committed = new Map<string, number>(); // By group and partition: as the last who asked was told.
  readonly #present = new Map<string, number>(); // By partition: the end of the log, as last scanned.

  observe(event: HistoryEvent): void {
    if (event.kind === "scanned") this.#present.set(nameOf(event), event.highWatermark);
    if (event.kind === "processed") {
      const processed = this.#processed.get(event.group) ?? new Set();
      this.#processed.set(event.group, processed.add(`${nameOf(event)} ${event.offset}`));
    }
    if (event.kind === "offsets-fetched") {
      this.#committed.set(`${event.group} ${nameOf(event)}`, event.offset);
    }
    if (event.kind !== "group-drained") return;
    const processed = this.#processed.get(event.group);
    for (const [partition, end] of this.#present) {
      for (let offset = 0; offset < end; offset += 1) {
        if (processed?.has(`${partition} ${offset}`) === true) continue;
        const details = `${partition} offset ${offset} of ${end} after ${Math.round(event.afterMs)} ms`;
        throw new Violation(this, `"${event.group}" has not processed ${details}`);
      }
      const committed = this.#committed.get(`${event.group} ${partition}`) ?? -1;
      // More than that, when a batch of a program that is dead was on its way all the time.
      if (Math.max(0, committed) >= end) continue;
      const details = `${committed} of ${partition}, which ends at ${end}`;
      throw new Violation(this, `"${event.group}" has processed all and committed ${details}`);
    }
  }
}
