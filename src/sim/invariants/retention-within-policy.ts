import { nameOf, type HistoryEvent } from "./history.ts";
import { Violation, type Invariant } from "./invariant.ts";

/** Retention by size never leaves less than the policy promises to keep, and never an empty log. */
export class RetentionWithinPolicy implements Invariant {
  readonly number = 10;
  readonly name = "RetentionWithinPolicy";
  readonly #deletedBefore = new Map<string, number>();

  observe(event: HistoryEvent): void {
    if (event.kind === "records-deleted") {
      const name = nameOf(event);
      this.#deletedBefore.set(name, Math.max(event.beforeOffset, this.#deletedBefore.get(name) ?? 0));
    }
    if (event.kind !== "scanned" || event.policy.retentionBytes === null) return;
    const { logStartOffset, highWatermark, batches, policy } = event;
    const partition = nameOf(event);
    if (logStartOffset <= (this.#deletedBefore.get(partition) ?? 0)) return;
    if (logStartOffset >= highWatermark) {
      throw new Violation(this, `${partition} lost its active segment: all below ${highWatermark} is gone`);
    }
    const keptBytes = batches.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    if (keptBytes >= policy.retentionBytes!) return;
    const details = `${keptBytes} bytes are left of the ${policy.retentionBytes} that retention promises`;
    throw new Violation(this, `${partition} from ${logStartOffset}: ${details}`);
  }
}
