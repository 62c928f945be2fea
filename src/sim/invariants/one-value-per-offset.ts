import { nameOf, type HistoryEvent, type SeenRecord } from "./history.ts";
import { Violation, type Invariant } from "./invariant.ts";

/** What a consumer has read at an offset stands there for ever, whatever crashes; and somebody sent it. */
export class OneValuePerOffset implements Invariant {
  readonly number = 1;
  readonly name = "OneValuePerOffset";
  readonly #sent = new Map<string, Set<string>>();
  readonly #seen = new Map<string, Map<number, string>>();

  observe(event: HistoryEvent): void {
    if (event.kind === "sent") {
      const sent = this.#sent.get(nameOf(event)) ?? new Set();
      for (const value of event.values) sent.add(value);
      this.#sent.set(nameOf(event), sent);
    }
    if (event.kind !== "fetched" && event.kind !== "scanned" && event.kind !== "delivered") return;
    const partition = nameOf(event);
    let seen = this.#seen.get(partition);
    if (seen === undefined) this.#seen.set(partition, (seen = new Map()));
    const records = event.kind === "delivered" ? [event.record] : event.records;
    for (const record of records) this.#check(partition, seen, record);
  }

  #check(partition: string, seen: Map<number, string>, record: SeenRecord): void {
    const { offset, key, value, timestampMs } = record;
    if (value !== null && this.#sent.get(partition)?.has(value) !== true) {
      throw new Violation(this, `${partition} offset ${offset} holds "${value}", which nobody sent`);
    }
    const content = JSON.stringify([key, value, timestampMs]);
    const before = seen.get(offset);
    if (before !== undefined && before !== content) {
      throw new Violation(this, `${partition} offset ${offset} was ${before} and is ${content}`);
    }
    seen.set(offset, content);
  }
}
