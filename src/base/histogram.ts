/** For what takes from a fraction of a millisecond to many seconds. In seconds. */
export const SECONDS_BOUNDS: readonly number[] = [
  0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
];

/**
 * Counts of observations by size, in plain numbers. An observation adds to one array of doubles and allocates
 * nothing, so it may stand on the hot path.
 */
export class Histogram {
  /** Ascending and inclusive: what is larger than the last is counted without a bound. */
  readonly bounds: readonly number[];
  /** A count for each bound and one for what lies beyond; behind them, the sum of all that was observed. */
  private readonly slots: Float64Array;

  constructor(bounds: readonly number[] = SECONDS_BOUNDS) {
    this.bounds = bounds;
    this.slots = new Float64Array(bounds.length + 2);
  }

  /** `value` is in the unit of the bounds. */
  observe(value: number): void {
    const { bounds, slots } = this;
    let bucket = 0;
    while (bucket < bounds.length && value > bounds[bucket]!) bucket += 1;
    slots[bucket]! += 1;
    slots[bounds.length + 1]! += value;
  }

  get sum(): number {
    return this.slots[this.bounds.length + 1]!;
  }

  get count(): number {
    return this.cumulative().at(-1)!;
  }

  /** How many observations were at most as large as each bound, and, last, how many there were at all. */
  cumulative(): number[] {
    let total = 0;
    return Array.from(this.slots.subarray(0, this.bounds.length + 1), (count) => (total += count));
  }
}
