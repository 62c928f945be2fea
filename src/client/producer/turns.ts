import type { Clock } from "../../ports/clock.ts";

/**
 * When a producer does its work: at the end of each turn of the event loop in which something happened, so that what is
 * sent together travels together, and when a time has come.
 */
export class Turns {
  private readonly clock: Clock;
  private readonly work: (nowMs: number) => number;
  private watchers: (() => void)[] = [];
  private isPlanned = false;
  private timer: { cancel(): void } | null = null;
  private timerAtMs = Infinity;
  private wallMs = -1;
  private isOver = false;

  /** @param work Does what can be done, and returns when there may be more: monotonic ms, `Infinity` for never. */
  constructor(clock: Clock, work: (nowMs: number) => number) {
    this.clock = clock;
    this.work = work;
  }

  /** Something happened: this turn will have an end. */
  plan(): void {
    if (this.isPlanned || this.isOver) return;
    this.isPlanned = true;
    this.clock.defer(() => this.end());
  }

  /** Milliseconds since the epoch, read once a turn: records of one turn have one time. */
  now(): number {
    if (this.wallMs < 0) {
      this.wallMs = this.clock.now();
      this.plan();
    }
    return this.wallMs;
  }

  /** Whether somebody waits for the end of a turn. */
  get isAwaited(): boolean {
    return this.watchers.length > 0;
  }

  /** Resolves at the end of this turn or the next. */
  ended(): Promise<void> {
    return new Promise((resolve) => void this.watchers.push(resolve));
  }

  private end(): void {
    this.isPlanned = false;
    if (this.isOver) return;
    this.wallMs = -1;
    this.wakeAt(this.work(this.clock.monotonic()));
    this.tell();
  }

  private tell(): void {
    const { watchers } = this;
    this.watchers = [];
    for (const watcher of watchers) watcher();
  }

  /** A timer that is early, or vain, does no harm and stays; setting one for each turn would cost more than the turn. */
  private wakeAt(atMs: number): void {
    if (atMs === Infinity) return;
    if (this.timer !== null && this.timerAtMs <= atMs) return;
    this.timer?.cancel();
    this.timerAtMs = atMs;
    this.timer = this.clock.schedule(Math.max(0, atMs - this.clock.monotonic()), () => {
      this.timer = null;
      this.plan();
    });
  }

  /** There will be no more turns. */
  stop(): void {
    this.isOver = true;
    this.timer?.cancel();
    this.tell();
  }
}
