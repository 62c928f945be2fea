import { availableParallelism } from "node:os";
import { monotonicMs, setImmediate } from "./real-timers.ts";

/** On one core, whoever we wait for could not run. */
const isWorthwhile = availableParallelism() > 1;

let untilMs = 0;
let isPolling = false;

/**
 * Keeps the event loop looking for input, without sleeping, for so long from now. All sockets of the process share it:
 * a second call while it polls only moves the end.
 */
export function busyPoll(durationUs: number): void {
  if (!isWorthwhile) return;
  untilMs = Math.max(untilMs, monotonicMs() + durationUs / 1_000);
  if (isPolling) return;
  isPolling = true;
  setImmediate(look);
}

/** While an immediate is planned, the loop asks for input and goes on at once. */
function look(): void {
  isPolling = monotonicMs() < untilMs;
  if (isPolling) setImmediate(look);
}
