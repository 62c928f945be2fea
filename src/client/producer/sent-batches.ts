import type { ProducerBatch } from "./producer-batch.ts";

/** The batches that records of one call went into, for a caller who wants one answer for all of them. */
export class SentBatches {
  private readonly unsettled = new Set<ProducerBatch>();
  private last: ProducerBatch | null = null;
  private firstFailure: Error | null = null;
  private whenDone: (() => void) | null = null;

  /** What went wrong first; null as long as nothing did. */
  get failure(): Error | null {
    return this.firstFailure;
  }

  add(batch: ProducerBatch): void {
    if (batch === this.last) return; // As a rule: records of one call follow each other.
    this.last = batch;
    if (this.unsettled.has(batch)) return;
    this.unsettled.add(batch);
    batch.isWatched = true;
    batch.whenSettled(() => {
      this.unsettled.delete(batch);
      this.firstFailure ??= batch.failure;
      if (this.unsettled.size === 0) this.whenDone?.();
    });
  }

  /** Resolves when all are settled, well or not. */
  async settled(): Promise<void> {
    if (this.unsettled.size > 0) await new Promise<void>((resolve) => void (this.whenDone = resolve));
  }
}
