import { Heap } from "../base/heap.ts";
import type { SeededRandom } from "../base/seeded-random.ts";
import type { Timer } from "../ports/clock.ts";

/** Whose event it is. Events of the dead are dropped, those of the paused wait. */
export interface Owner {
  readonly isAlive: boolean;
  readonly pausedUntilMs: number;
}

interface Event {
  timeMs: number;
  readonly tie: number;
  readonly sequence: number;
  readonly owner: Owner | null;
  callback: (() => void) | null;
}

/** Events run in one go of the real event loop; each still has its own turn, after which promises settle. */
const TURNS_PER_LOOP = 64;

/**
 * Virtual time: a queue of events. Between two events every promise that can settle does, because each event gets a
 * turn of the real event loop; with no real input or output in play their order is a function of the seed.
 * Events of the same time run in random order.
 */
export class Scheduler {
  #nowMs = 0;
  #sequence = 0;
  #failure: Error | null = null;
  readonly #random: SeededRandom;
  readonly #events = new Heap<Event>(comesBefore);

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  /** Virtual milliseconds since the start, with a fraction. */
  get nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, owner: Owner | null, callback: () => void): Timer {
    return this.at(this.#nowMs + Math.max(0, delayMs), owner, callback);
  }

  at(timeMs: number, owner: Owner | null, callback: () => void): Timer {
    const event: Event = {
      timeMs: Math.max(timeMs, this.#nowMs),
      tie: this.#random.uint32(),
      sequence: (this.#sequence += 1),
      owner,
      callback,
    };
    this.#events.push(event);
    return {
      cancel() {
        event.callback = null;
      },
    };
  }

  /** Resolves after this much virtual time; never, when the owner dies first. */
  sleep(delayMs: number, owner: Owner | null = null): Promise<void> {
    return new Promise((resolve) => void this.after(delayMs, owner, resolve));
  }

  /**
   * Runs events until `isDone`, or until the next one would be after `limitMs` of virtual time, or none is left.
   * Rejects with what an event throws.
   */
  run(isDone: () => boolean, limitMs = Infinity): Promise<"done" | "limit" | "idle"> {
    return new Promise((resolve, reject) => {
      let outcome: "done" | "limit" | "idle" | "failed" | null = null;
      let turnsLeft = 0;
      const turn = () => {
        turnsLeft -= 1;
        if (outcome !== null) return;
        try {
          if (this.#failure !== null) throw this.#failure;
          outcome = isDone() ? "done" : this.#runNext(limitMs);
        } catch (error) {
          outcome = "failed";
          reject(error instanceof Error ? error : new Error(String(error)));
          return;
        }
        if (outcome !== null) resolve(outcome);
        else if (turnsLeft === 0) plan();
      };
      const plan = () => {
        turnsLeft = TURNS_PER_LOOP;
        for (let i = 0; i < TURNS_PER_LOOP; i += 1) setImmediate(turn);
      };
      plan();
    });
  }

  /** Ends the run that is under way: it rejects with this error. */
  abort(error: unknown): void {
    this.#failure ??= error instanceof Error ? error : new Error(String(error));
  }

  /** Runs the events of the next `durationMs`, and leaves the clock there. */
  async runFor(durationMs: number): Promise<void> {
    const untilMs = this.#nowMs + durationMs;
    await this.run(() => false, untilMs);
    this.#nowMs = untilMs;
  }

  #runNext(limitMs: number): "limit" | "idle" | null {
    const event = this.#events.peek();
    if (event === undefined) return "idle";
    if (event.timeMs > limitMs) return "limit";
    this.#events.pop();
    const { callback, owner } = event;
    if (callback === null || owner?.isAlive === false) return null;
    if (owner !== null && owner.pausedUntilMs > event.timeMs) {
      event.timeMs = owner.pausedUntilMs;
      this.#events.push(event);
      return null;
    }
    this.#nowMs = event.timeMs;
    callback();
    return null;
  }
}

function comesBefore(left: Event, right: Event): boolean {
  if (left.timeMs !== right.timeMs) return left.timeMs < right.timeMs;
  if (left.tie !== right.tie) return left.tie < right.tie;
  return left.sequence < right.sequence;
}
