import type { Clock } from "../../ports/clock.ts";

/** Lets events through at an even rate. One that came late does not push back those after it. */
export class Pace {
  private readonly clock: Clock;
  private readonly perSecond: number;
  private readonly startedMs: number;
  private count = 0;

  constructor(clock: Clock, perSecond: number) {
    this.clock = clock;
    this.perSecond = perSecond;
    this.startedMs = clock.monotonic();
  }

  /** Resolves when the next event is due. */
  async next(): Promise<void> {
    const dueMs = this.startedMs + (this.count * 1_000) / this.perSecond;
    this.count += 1;
    const waitMs = dueMs - this.clock.monotonic();
    if (waitMs <= 0) return;
    await new Promise<void>((resolve) => void this.clock.schedule(waitMs, resolve));
  }
}
