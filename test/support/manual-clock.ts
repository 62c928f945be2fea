import type { Clock, Timer } from "../../src/ports/clock.ts";

interface Entry {
  readonly atMs: number;
  readonly callback: () => void;
}

/** Time that passes only when the test says so; between two callbacks, promises get their turn. */
export class ManualClock implements Clock {
  #nowMs = 0;
  #entries: Entry[] = [];

  now(): number {
    return 1_700_000_000_000 + this.#nowMs;
  }

  monotonic(): number {
    return this.#nowMs;
  }

  schedule(delayMs: number, callback: () => void): Timer {
    const entry = { atMs: this.#nowMs + Math.ceil(delayMs), callback };
    this.#entries.push(entry);
    return { cancel: () => void (this.#entries = this.#entries.filter((other) => other !== entry)) };
  }

  defer(callback: () => void): void {
    this.schedule(0, callback);
  }

  /** Runs everything that is due within `durationMs`, in order. */
  async advance(durationMs = 0): Promise<void> {
    const endMs = this.#nowMs + durationMs;
    await settled();
    for (;;) {
      const [first] = this.#entries.filter((entry) => entry.atMs <= endMs).sort((a, b) => a.atMs - b.atMs);
      if (first === undefined) break;
      this.#entries.splice(this.#entries.indexOf(first), 1);
      this.#nowMs = Math.max(this.#nowMs, first.atMs);
      first.callback();
      await settled();
    }
    this.#nowMs = endMs;
  }
}

/** All promise callbacks that are ready, and those that become ready by them, have run. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
