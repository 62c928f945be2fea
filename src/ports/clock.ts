/** A timer that has been set; cancelling twice, or after it fired, does nothing. */
export interface Timer {
  cancel(): void;
}

/** The only source of time. Real in `io/`, virtual in `sim/` and under a user's test. */
export interface Clock {
  /** Wall-clock time in whole milliseconds since the Unix epoch. It may jump both ways. */
  now(): number;
  /** Monotonic milliseconds with a fraction, from an arbitrary start. For durations and deadlines. */
  monotonic(): number;
  /** Runs `callback` once, `delayMs` from now (0 or more; a fraction is rounded up). */
  schedule(delayMs: number, callback: () => void): Timer;
  /** Runs `callback` after the input that is already waiting has been handled: the end of this turn. */
  defer(callback: () => void): void;
}
