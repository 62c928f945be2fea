/** Keeps those who look at a log's segments apart from those who replace them. */
export class LogChanges {
  private version = 0;
  private last: Promise<void> = Promise.resolve();

  /** Offsets or files that were there come to mean something else, or nothing. */
  note(): void {
    this.version += 1;
  }

  /** Repeats what looks at segments if they changed meanwhile: it may have seen neither the old nor the new. */
  async undisturbed<T>(look: () => Promise<T>): Promise<T> {
    for (;;) {
      const before = this.version;
      try {
        const seen = await look();
        if (before === this.version) return seen;
      } catch (error) {
        if (before === this.version) throw error;
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
