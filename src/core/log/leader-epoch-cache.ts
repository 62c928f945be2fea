/** From `startOffset` on, batches were written under `epoch`. */
export interface EpochStart {
  readonly epoch: number;
  readonly startOffset: number;
}

/** Which leader wrote which part of the log; exact, and cut together with the log at both ends (KIP-101, KIP-279). */
export class LeaderEpochCache {
  private starts: EpochStart[];
  /** Grows with every change, so that the owner knows when the checkpoint file is stale. */
  version = 0;

  constructor(starts: readonly EpochStart[] = []) {
    this.starts = [...starts];
  }

  get entries(): readonly EpochStart[] {
    return this.starts;
  }

  /** -1 when nothing has been written. */
  get latestEpoch(): number {
    return this.starts.at(-1)?.epoch ?? -1;
  }

  /** Takes note that a batch of this epoch begins at `startOffset`. */
  assign(epoch: number, startOffset: number): void {
    if (epoch < 0 || epoch === this.latestEpoch) return;
    // An entry that begins at or behind the new one, or has a higher epoch, was written by a leader that lost.
    const kept = this.starts.filter((start) => start.epoch < epoch && start.startOffset < startOffset);
    const isKnown = epoch < this.latestEpoch && this.starts.some((start) => start.epoch === epoch);
    if (isKnown) return;
    this.starts = [...kept, { epoch, startOffset }];
    this.version += 1;
  }

  /** The epoch under which the record at `offset` was written; -1 when unknown. */
  epochAt(offset: number): number {
    let epoch = -1;
    for (const start of this.starts) {
      if (start.startOffset > offset) break;
      epoch = start.epoch;
    }
    return epoch;
  }

  /** Where the largest epoch at or below `epoch` ends (exclusive); null when there is no such epoch. */
  endOf(epoch: number, logEndOffset: number): { epoch: number; endOffset: number } | null {
    if (epoch < 0 || epoch > this.latestEpoch) return null;
    if (epoch === this.latestEpoch) return { epoch, endOffset: logEndOffset };
    const next = this.starts.findIndex((start) => start.epoch > epoch);
    const found = this.starts[next - 1];
    // Everything of that epoch is gone from the front of the log: it ended where the first known one begins.
    if (found === undefined) return { epoch, endOffset: this.starts[next]!.startOffset };
    return { epoch: found.epoch, endOffset: this.starts[next]!.startOffset };
  }

  /** Forgets what began at `endOffset` or later. */
  truncateFromEnd(endOffset: number): void {
    this.replace(this.starts.filter((start) => start.startOffset < endOffset));
  }

  /** Moves what began before `startOffset` there. */
  truncateFromStart(startOffset: number): void {
    const later = this.starts.filter((start) => start.startOffset > startOffset);
    const current = this.starts[this.starts.length - later.length - 1];
    if (current === undefined || current.startOffset === startOffset) return this.replace(later, current);
    this.replace([{ epoch: current.epoch, startOffset }, ...later]);
  }

  clear(): void {
    this.replace([]);
  }

  private replace(starts: EpochStart[], first?: EpochStart): void {
    const next = first === undefined ? starts : [first, ...starts];
    const isSame =
      next.length === this.starts.length && next.every((start, index) => start === this.starts[index]);
    if (isSame) return;
    this.starts = next;
    this.version += 1;
  }
}
