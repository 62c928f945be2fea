/** Shared by all logs that have nothing under way. */
const SETTLED = Promise.resolve();

/** Keeps those who look at a log's segments apart from those who replace them. */
export class LogChanges {
  private count = 0;
  private last: Promise<void> = SETTLED;

  /** What was found under another version may mean something else now. */
  get version(): number {
    return this.count;
  }

  /** Offsets or files that were there come to mean something else, or nothing. */
  note(): void {
    this.count += 1;
  }

  /** Repeats what looks at segments if they changed meanwhile: it may have seen neither the old nor the new. */
  async undisturbed<T>(look: () => Promise<T>): Promise<T> {
    for (;;) {
      const before = this.count;
      try {
        const seen = await look();
        if (before === this.count) return seen;
      } catch (error) {
        if (before === this.count) throw error;
      }
    }
  }

  /** Runs what replaces or removes segments, one after the other. */
  exclusively<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.last.then(work);
    this.last = turn.then(nothing, nothing); // Its caller hears of a failure; the next in turn need not.
    return turn;
  }
}

function nothing(): void {}
