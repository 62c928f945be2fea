import { nameOf, type Committed, type HistoryEvent, type OffsetsFetched } from "./history.ts";
import { Violation, type Invariant } from "./invariant.ts";

interface Known {
  readonly commit: Committed;
  /** From when on a later commit is surely in its place. */
  replacedMs: number;
}

/** The offset and the metadata that were committed are what the next owner is given, over restarts too. */
export class CommittedIsStart implements Invariant {
  readonly number = 18;
  readonly name = "CommittedIsStart";
  /** For each group and partition: what was committed, surely or perhaps. */
  readonly #known = new Map<string, Known[]>();

  observe(event: HistoryEvent): void {
    if (event.kind === "committed") this.#remember(event);
    if (event.kind === "offsets-fetched") this.#check(event);
  }

  #remember(event: Committed): void {
    const name = `${event.group} ${nameOf(event)}`;
    const isSame = ({ commit }: Known) => event.attempt !== undefined && commit.attempt === event.attempt;
    const others = (this.#known.get(name) ?? []).filter((known) => !isSame(known));
    if (event.outcome === "done") {
      // A commit whose answer was lost may be done before or after the ones that follow on other connections.
      for (const known of others) {
        const isBefore = known.commit.outcome === "done" && known.commit.atMs <= event.invokedMs;
        if (isBefore) known.replacedMs = Math.min(known.replacedMs, event.atMs);
      }
    }
    if (event.outcome !== "refused") others.push({ commit: event, replacedMs: Infinity });
    this.#known.set(name, others);
  }

  #check(event: OffsetsFetched): void {
    const name = `${event.group} ${nameOf(event)}`;
    const possible = (this.#known.get(name) ?? []).filter(({ replacedMs }) => replacedMs >= event.invokedMs);
    const isSure = ({ commit }: Known) => commit.outcome === "done" && commit.atMs <= event.invokedMs;
    if (event.offset === -1 && !possible.some(isSure)) return;
    const isFound = ({ commit }: Known) =>
      commit.offset === event.offset && commit.metadata === event.metadata;
    if (possible.some(isFound)) return;
    const expected = possible.map(({ commit }) => `${commit.offset} "${commit.metadata}"`).join(" or ");
    const found = `${event.offset} "${event.metadata}"`;
    throw new Violation(this, `${name} starts at ${found}, committed was ${expected || "nothing"}`);
  }
}
