import { clearTimeout, monotonicMs, setImmediate, setTimeout, wallMs } from "./real-timers.ts";
import type { Clock, Timer } from "../ports/clock.ts";

/** The longest delay that the platform's timers take; above it they would fire at once. */
const TIMER_DELAY_MS_MAX = 2 ** 31 - 1;

/** The machine's clock and timers. */
export function realClock(): Clock {
  return {
    now: wallMs,
    monotonic: monotonicMs,
    schedule,
    defer: (callback) => void setImmediate(callback),
  };
}

function schedule(delayMs: number, callback: () => void): Timer {
  if (delayMs <= TIMER_DELAY_MS_MAX) {
    const timer = setTimeout(callback, Math.ceil(delayMs));
    return { cancel: () => clearTimeout(timer) };
  }
  let rest: Timer = { cancel() {} };
  const leg = setTimeout(() => {
    rest = schedule(delayMs - TIMER_DELAY_MS_MAX, callback);
  }, TIMER_DELAY_MS_MAX);
  return {
    cancel() {
      clearTimeout(leg);
      rest.cancel();
    },
  };
}
