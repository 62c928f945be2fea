import { nameOf, type HistoryEvent, type Scanned, type Sent } from "./history.ts";
import { Violation, type Invariant } from "./invariant.ts";

/**
 * An idempotent producer that retries until it is answered leaves each of its records exactly once and in the order
 * it sent them, with up to five batches in flight, over lost connections, restarts and power cuts.
 */
export class IdempotentExactlyOnce implements Invariant {
  readonly number = 11;
  readonly name = "IdempotentExactlyOnce";
  /** For each partition and producer: its values in the order they were sent. */
  readonly #sent = new Map<string, Map<string, string[]>>();
  readonly #producerOf = new Map<string, string>();

  observe(event: HistoryEvent): void {
    if (event.kind === "sent" && event.isIdempotent) this.#remember(event);
    if (event.kind === "scanned" && !event.policy.isCompacted) this.#check(event);
  }

  #remember(event: Sent): void {
    const name = nameOf(event);
    let producers = this.#sent.get(name);
    if (producers === undefined) this.#sent.set(name, (producers = new Map()));
    let values = producers.get(event.producer);
    if (values === undefined) producers.set(event.producer, (values = []));
    values.push(...event.values);
    for (const value of event.values) this.#producerOf.set(value, event.producer);
  }

  #check(scan: Scanned): void {
    const partition = nameOf(scan);
    const found = new Map<string, string[]>();
    for (const { value } of scan.records) {
      const producer = value === null ? undefined : this.#producerOf.get(value);
      if (producer === undefined || value === null) continue;
      const values = found.get(producer);
      if (values === undefined) found.set(producer, [value]);
      else values.push(value);
    }
    for (const [producer, values] of found) {
      const sent = this.#sent.get(partition)?.get(producer) ?? [];
      // What was deleted from the front is no gap, and what is still being sent need not be there yet.
      const start = sent.indexOf(values[0]!);
      for (const [index, value] of values.entries()) {
        const expected = sent[start + index];
        if (value === expected) continue;
        const details = `record ${index} of "${producer}" is "${value}", it sent "${expected}"`;
        throw new Violation(this, `${partition} from ${scan.logStartOffset}: ${details}`);
      }
    }
  }
}
