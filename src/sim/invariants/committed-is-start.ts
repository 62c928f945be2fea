import { nameOf, type Committed, type HistoryEvent, type OffsetsFetched } from "./history.ts";
import { Violation, type Invariant } from "./invariant.ts";

/** The offset and the metadata that were committed are what the next owner is given, over restarts too. */
export class CommittedIsStart implements Invariant {
  readonly number = 18;
  readonly name = "CommittedIsStart";
  /** For each group and partition: what the next answer may be. The last one is the latest that is surely done. */
  readonly #possible = new Map<string, Committed[]>();

  observe(event: HistoryEvent): void {
    if (event.kind === "committed") this.#remember(event);
    if (event.kind === "offsets-fetched") this.#check(event);
  }

  #remember(event: Committed): void {
    const name = `${event.group} ${nameOf(event)}`;
    // A commit whose answer was lost may be done before or after the ones that follow on other connections.
    const unknown = (this.#possible.get(name) ?? []).filter(({ outcome }) => outcome === "unknown");
    const done = (this.#possible.get(name) ?? []).filter(({ outcome }) => outcome === "done");
    this.#possible.set(name, event.outcome === "done" ? [...unknown, event] : [...unknown, event, ...done]);
  }

  #check(event: OffsetsFetched): void {
    const name = `${event.group} ${nameOf(event)}`;
    const possible = this.#possible.get(name) ?? [];
    if (event.offset === -1 && possible.every(({ outcome }) => outcome === "unknown")) return;
    if (possible.some((one) => one.offset === event.offset && one.metadata === event.metadata)) return;
    const expected = possible.map(({ offset, metadata }) => `${offset} "${metadata}"`).join(" or ");
    const found = `${event.offset} "${event.metadata}"`;
    throw new Violation(this, `${name} starts at ${found}, committed was ${expected || "nothing"}`);
  }
}
