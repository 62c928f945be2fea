import type { SeededRandom } from "../base/seeded-random.ts";
import { DiskError } from "../ports/disk.ts";

/** What goes wrong on a simulated disk while it runs. Probabilities are per call; a power cut is apart. */
export interface DiskFaults {
  /** A failing `datasync` or `syncDirectory` (EIO). */
  syncFailure: number;
  /** A failing write (EIO). */
  writeFailure: number;
  /** A failing read (EIO). */
  readFailure: number;
  /** A call that waits for the device takes `slowMs` instead of `latencyMs`. */
  slow: number;
  /** Longest usual time of a call that waits for the device. */
  latencyMs: number;
  slowMs: number;
  /** Bytes that fit on the device. */
  capacityBytes: number;
  /** Only these paths suffer; default all. */
  affects(path: string): boolean;
}

export function noDiskFaults(): DiskFaults {
  return {
    syncFailure: 0,
    writeFailure: 0,
    readFailure: 0,
    slow: 0,
    latencyMs: 2,
    slowMs: 500,
    capacityBytes: 2 ** 40,
    affects: () => true,
  };
}

/** Draws the faults of one disk from its own stream. Every call draws alike, whatever is switched on. */
export class FaultDice {
  readonly random: SeededRandom;
  readonly faults: DiskFaults;
  /** How many faults of each kind have happened. */
  readonly counts = { sync: 0, write: 0, read: 0, full: 0, slow: 0 };

  constructor(random: SeededRandom, faults: DiskFaults) {
    this.random = random;
    this.faults = faults;
  }

  latencyMs(): number {
    const isSlow = this.random.chance(this.faults.slow);
    if (isSlow) this.counts.slow += 1;
    return this.random.fraction() * (isSlow ? this.faults.slowMs : this.faults.latencyMs);
  }

  syncFails(path: string): boolean {
    const fails = this.random.chance(this.faults.syncFailure) && this.faults.affects(path);
    if (fails) this.counts.sync += 1;
    return fails;
  }

  mayWrite(path: string): void {
    if (!this.random.chance(this.faults.writeFailure) || !this.faults.affects(path)) return;
    this.counts.write += 1;
    throw new DiskError("write", path, "EIO");
  }

  mayRead(path: string): void {
    if (!this.random.chance(this.faults.readFailure) || !this.faults.affects(path)) return;
    this.counts.read += 1;
    throw new DiskError("read", path, "EIO");
  }
}
