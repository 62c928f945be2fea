import type { HistoryEvent } from "./history.ts";
import { Violation, type Invariant } from "./invariant.ts";

/**
 * Whatever bytes a stranger sends, the broker lives and serves the others. A broker that throws ends the run by
 * itself; this one notes that, and that the broker still answers afterwards.
 */
export class AnyBytesAreSafe implements Invariant {
  readonly number = 34;
  readonly name = "AnyBytesAreSafe";

  observe(event: HistoryEvent): void {
    if (event.kind === "probed" && !event.isAnswered) {
      throw new Violation(this, `the broker no longer answers ${event.afterMs} ms after strangers' bytes`);
    }
  }
}
