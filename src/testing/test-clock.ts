import { Heap } from "../base/heap.ts";
import { clearTimeout, monotonicMs, setImmediate, setTimeout, wallMs } from "../io/real-timers.ts";
import type { Clock, Timer } from "../ports/clock.ts";

interface PlannedCall {
  readonly atMs: number; // Monotonic, on this clock.
  readonly order: number;
  readonly callback: () => void;
  isOver: boolean;
}

/** What is set off while time is moved is waited for this many times on the way. */
const STOPS = 100;
/** A turn after which nothing more waits may need a few to come; a broker that never rests must not hold us up. */
const TURNS_MAX = 100;
const ALARM_MS_MAX = 2 ** 31 - 1;

/**
 * A clock that follows the real one until it is moved.
 *
 * It keeps its own timers, so moving it fires what falls due, in order, each at its own time. What a timer sets off
 * across turns (a sync, an answer) is waited for at stops along the way, not after each one: a week has hundreds of
 * thousands of timers.
 */
export class TestClock implements Clock {
  readonly #calls = new Heap<PlannedCall>(
    (left, right) => left.atMs < right.atMs || (left.atMs === right.atMs && left.order < right.order),
  );
  #order = 0;
  #aheadMs = 0;
  #wallAheadMs = 0;
  #stoppedAt: { monotonicMs: number; wallMs: number } | null = null;
  #isFrozen = false;
  #alarm: { readonly atMs: number; readonly timer: NodeJS.Timeout } | null = null;
  #deferred = 0;
  #moving: Promise<void> = Promise.resolve();

  now(): number {
    // Many small moves add up to the whole, but for the last digits.
    return Math.floor((this.#stoppedAt?.wallMs ?? wallMs() + this.#wallAheadMs) + 0.001);
  }

  monotonic(): number {
    return this.#stoppedAt?.monotonicMs ?? monotonicMs() + this.#aheadMs;
  }

  schedule(delayMs: number, callback: () => void): Timer {
    this.#order += 1;
    const call = {
      atMs: this.monotonic() + Math.max(0, delayMs),
      order: this.#order,
      callback,
      isOver: false,
    };
    this.#calls.push(call);
    this.#arm();
    return {
      cancel: () => {
        call.isOver = true;
        if (this.#calls.peek() === call) this.#arm();
      },
    };
  }

  defer(callback: () => void): void {
    this.#deferred += 1;
    setImmediate(() => {
      this.#deferred -= 1;
      callback();
    });
  }

  get isFrozen(): boolean {
    return this.#isFrozen;
  }

  /** Time stands still; only `advance` moves it. */
  freeze(): void {
    this.#isFrozen = true;
    this.#stop();
  }

  /** Time goes on from where it is. */
  resume(): void {
    this.#isFrozen = false;
    this.#go();
  }

  /** Moves forward and fires what falls due. Several moves are made one after the other. */
  advance(byMs: number): Promise<void> {
    const move = this.#moving.then(() => this.#move(byMs));
    this.#moving = move.catch(() => {}); // Whoever asked for the move hears of its failure.
    return move;
  }

  /** No timer is left behind. */
  close(): void {
    while (this.#calls.pop() !== undefined);
    this.#arm();
  }

  async #move(byMs: number): Promise<void> {
    this.#stop();
    const endMs = this.monotonic() + byMs;
    const stopMs = byMs / STOPS;
    await this.#settle();
    for (let next = this.#next(); next !== undefined && next.atMs <= endMs; next = this.#next()) {
      const untilMs = Math.min(endMs, next.atMs + stopMs);
      this.#fireUntil(untilMs);
      await this.#settle();
    }
    this.#moveTo(endMs);
    if (!this.#isFrozen) this.#go();
  }

  /** Everything due until then, this moment included, each at its time. */
  #fireUntil(untilMs: number): void {
    for (let next = this.#next(); next !== undefined && next.atMs <= untilMs; next = this.#next()) {
      this.#calls.pop();
      next.isOver = true;
      if (this.#stoppedAt !== null) this.#moveTo(next.atMs);
      next.callback();
    }
  }

  /** The first that was not cancelled. */
  #next(): PlannedCall | undefined {
    while (this.#calls.peek()?.isOver === true) this.#calls.pop();
    return this.#calls.peek();
  }

  /** Until what waits for a turn or for memory has happened. */
  async #settle(): Promise<void> {
    for (let turn = 0; turn < TURNS_MAX; turn += 1) {
      await new Promise<void>((resolve) => void setImmediate(resolve));
      if (this.#deferred === 0) return;
    }
  }

  #moveTo(atMs: number): void {
    const at = this.#stoppedAt;
    if (at === null || atMs <= at.monotonicMs) return;
    at.wallMs += atMs - at.monotonicMs;
    at.monotonicMs = atMs;
  }

  #stop(): void {
    this.#stoppedAt ??= { monotonicMs: this.monotonic(), wallMs: wallMs() + this.#wallAheadMs };
    this.#arm();
  }

  #go(): void {
    if (this.#stoppedAt !== null) {
      this.#aheadMs = this.#stoppedAt.monotonicMs - monotonicMs();
      this.#wallAheadMs = this.#stoppedAt.wallMs - wallMs();
    }
    this.#stoppedAt = null;
    this.#arm();
  }

  /** One real timer stands for all: it rings for the earliest. While time stands still none does. */
  #arm(): void {
    const next = this.#stoppedAt === null ? this.#next() : undefined;
    if (next !== undefined && next.atMs === this.#alarm?.atMs) return;
    if (this.#alarm !== null) clearTimeout(this.#alarm.timer);
    this.#alarm = null;
    if (next === undefined) return;
    const delayMs = Math.min(ALARM_MS_MAX, Math.max(0, Math.ceil(next.atMs - this.monotonic())));
    this.#alarm = { atMs: next.atMs, timer: setTimeout(() => this.#ring(), delayMs) };
  }

  #ring(): void {
    this.#alarm = null;
    if (this.#stoppedAt === null) this.#fireUntil(this.monotonic());
    this.#arm();
  }
}
