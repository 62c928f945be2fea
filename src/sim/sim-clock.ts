import type { Clock } from "../ports/clock.ts";
import type { Incarnation } from "./incarnation.ts";

/** The wall clock of one machine; it survives restarts, and faults move it. */
export class WallClock {
  /** Milliseconds since the Unix epoch at virtual time 0. */
  baseMs: number;

  constructor(baseMs: number) {
    this.baseMs = baseMs;
  }

  /** Moves the wall clock, both ways; monotonic time does not notice. */
  jump(byMs: number): void {
    this.baseMs += byMs;
  }
}

export function simClock(life: Incarnation, wall: WallClock): Clock {
  const { scheduler } = life;
  return {
    now: () => Math.floor(wall.baseMs + scheduler.nowMs),
    monotonic: () => scheduler.nowMs,
    schedule(delayMs, callback) {
      const wholeMs = Math.ceil(delayMs);
      life.note("clock.schedule", life.name, wholeMs);
      const timer = life.after(wholeMs, () => {
        life.note("clock.fire", life.name, wholeMs);
        life.timers.delete(timer);
        callback();
      });
      life.timers.add(timer);
      return {
        cancel() {
          life.timers.delete(timer);
          timer.cancel();
        },
      };
    },
    defer(callback) {
      life.note("clock.defer", life.name);
      life.after(0, callback);
    },
  };
}
