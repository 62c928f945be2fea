import type { Timer } from "../ports/clock.ts";
import type { Owner, Scheduler } from "./scheduler.ts";
import type { Trace } from "./trace.ts";

/**
 * One life of a program on a machine, from start to crash. When it dies, nothing of it runs again: its timers are
 * dropped and its pending promises never settle. (Rejecting them would run its catch blocks after its death.)
 */
export class Incarnation implements Owner {
  readonly name: string;
  readonly scheduler: Scheduler;
  readonly #trace: Trace;
  isAlive = true;
  /** Timers that were scheduled and have neither fired nor been cancelled. */
  readonly timers = new Set<object>();
  pausedUntilMs = 0;

  constructor(name: string, scheduler: Scheduler, trace: Trace) {
    this.name = name;
    this.scheduler = scheduler;
    this.#trace = trace;
  }

  /** Each call on the Env passes here: it goes into the trace, and the dead get no further. */
  note(kind: string, subject: string, first = 0, second = 0): void {
    if (!this.isAlive) throw new DeadError(this.name);
    this.#trace.note(kind, subject, first, second);
  }

  after(delayMs: number, callback: () => void): Timer {
    return this.scheduler.after(delayMs, this, callback);
  }

  /** Settles with what `act` does, after a delay; never, if this life ends before. */
  settle<T>(delayMs: number, act: () => T): Promise<T> {
    return new Promise<void>((resolve) => void this.after(delayMs, resolve)).then(act);
  }
}

/** A program that crashed went on using its Env: a leak of the simulator, or a real timer in the program. */
export class DeadError extends Error {
  constructor(name: string) {
    super(`"${name}" has crashed and must not run`);
    this.name = "DeadError";
  }
}
