import type { HistoryEvent } from "./history.ts";
import { Violation, type Invariant } from "./invariant.ts";

/** In one generation of a group, no two members own the same partition. */
export class OneOwnerPerPartition implements Invariant {
  readonly number = 17;
  readonly name = "OneOwnerPerPartition";
  readonly #owners = new Map<string, string>();

  observe(event: HistoryEvent): void {
    if (event.kind !== "assigned") return;
    for (const partition of event.partitions) {
      const claim = `${event.group} generation ${event.generation} ${partition}`;
      const owner = this.#owners.get(claim);
      if (owner !== undefined && owner !== event.member) {
        throw new Violation(this, `${claim} is owned by "${owner}" and by "${event.member}"`);
      }
      this.#owners.set(claim, event.member);
    }
  }
}
