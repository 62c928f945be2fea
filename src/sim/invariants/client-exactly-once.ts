import type { SendCalled } from "./client-history.ts";
import { nameOf, type HistoryEvent, type Scanned } from "./history.ts";
import { Violation, type Invariant } from "./invariant.ts";

/**
 * Our producer with idempotence leaves no record twice, whatever it sends again and whether its callers were told
 * of success or not. What it acknowledged is there, and stands in the order in which it was handed over, also
 * without idempotence as long as one batch is in flight.
 */
export class ClientExactlyOnce implements Invariant {
  readonly number = 11;
  readonly name = "IdempotentExactlyOnce";
  readonly #calls = new Map<string, SendCalled>(); // By value, in the order of the calls.
  /** For each partition and client: the values that were acknowledged for good. */
  readonly #acknowledged = new Map<string, Map<string, Set<string>>>();

  observe(event: HistoryEvent): void {
    if (event.kind === "send-called") this.#calls.set(event.value, event);
    if (event.kind === "send-settled" && event.acknowledged !== null) {
      // Less than acks=all may be lost in a power cut.
      if (this.#calls.get(event.value)?.acks !== -1) return;
      const partition = nameOf(event.acknowledged);
      const clients = this.#acknowledged.get(partition) ?? new Map<string, Set<string>>();
      this.#acknowledged.set(partition, clients);
      clients.set(event.client, (clients.get(event.client) ?? new Set()).add(event.value));
    }
    if (event.kind === "scanned" && !event.policy.isCompacted) this.#check(event);
  }

  #check(scan: Scanned): void {
    const partition = nameOf(scan);
    const found = new Map<string, number>();
    for (const { offset, value } of scan.records) {
      if (value === null) continue;
      const before = found.get(value);
      if (before === undefined) found.set(value, offset);
      else if (this.#calls.get(value)?.isIdempotent === true) {
        throw new Violation(this, `${partition} has "${value}" at ${before} and at ${offset}`);
      }
    }
    for (const values of this.#acknowledged.get(partition)?.values() ?? []) {
      this.#checkOrder(partition, values, found);
    }
  }

  #checkOrder(
    partition: string,
    acknowledged: ReadonlySet<string>,
    found: ReadonlyMap<string, number>,
  ): void {
    let last = { value: "", offset: -1 };
    for (const [value, { keepsOrder }] of this.#calls) {
      if (!acknowledged.has(value)) continue;
      const offset = found.get(value);
      if (offset === undefined) throw new Violation(this, `${partition} has no "${value}", acknowledged`);
      if (keepsOrder && offset < last.offset) {
        const details = `"${value}" at ${offset}, which was sent after "${last.value}" at ${last.offset}`;
        throw new Violation(this, `${partition} has ${details}`);
      }
      last = { value, offset };
    }
  }
}
