import { nameOf, type Committed, type HistoryEvent } from "./history.ts";
import { Violation, type Invariant } from "./invariant.ts";

/** At least once: a consumer commits no offset above what bodies of the group's loops are through with. */
export class CommittedIsProcessed implements Invariant {
  readonly number = null;
  readonly name = "CommittedIsProcessed";
  readonly #processed = new Map<string, Set<number>>();
  /** For each group and partition: everything below was processed. */
  readonly #doneBefore = new Map<string, number>();

  observe(event: HistoryEvent): void {
    if (event.kind === "committed") return this.#check(event);
    if (event.kind !== "processed") return;
    const name = `${event.group} ${nameOf(event)}`;
    const processed = (this.#processed.get(name) ?? new Set()).add(event.offset);
    this.#processed.set(name, processed);
    let before = this.#doneBefore.get(name) ?? 0;
    while (processed.delete(before)) before += 1;
    this.#doneBefore.set(name, before);
  }

  #check(event: Committed): void {
    const name = `${event.group} ${nameOf(event)}`;
    const before = this.#doneBefore.get(name) ?? 0;
    if (event.offset <= before) return;
    throw new Violation(this, `${name}: ${event.offset} is committed, and ${before} was not processed`);
  }
}
