import type { Delivered } from "./client-history.ts";
import { nameOf, type Assigned, type HistoryEvent, type OffsetsFetched } from "./history.ts";
import { Violation, type Invariant } from "./invariant.ts";

/** A consumer of ours and one of its partitions. */
interface Reading {
  /** The offset that must come next; null where that depends on what was committed. */
  next: number | null;
  /** What the group had committed when this consumer asked last; null: nothing that it still has to use. */
  start: number | null;
  isAssigned: boolean;
  isPaused: boolean;
}

const COMMITTED_IS_START = { number: 18, name: "CommittedIsStart" };

/**
 * A consumer reads its partitions offset by offset, skips and repeats nothing without a seek or a rebalance, and
 * reads nothing of a partition that is paused.
 * The first record after a rebalance is the one that was committed. (Topics here have no gaps.)
 */
export class ReadsOn implements Invariant {
  readonly number = 21;
  readonly name = "NoPollSkip";
  readonly #readings = new Map<string, Map<string, Reading>>();

  observe(event: HistoryEvent): void {
    switch (event.kind) {
      case "assigned":
        return this.#assigned(event);
      case "offsets-fetched":
        return this.#fetched(event);
      case "sought":
        this.#of(event.client, nameOf(event)).next = event.offset;
        return;
      case "paused":
        this.#of(event.client, nameOf(event)).isPaused = event.isPaused;
        return;
      case "delivered":
        return this.#check(event);
      default:
    }
  }

  #of(client: string, partition: string): Reading {
    let readings = this.#readings.get(client);
    if (readings === undefined) this.#readings.set(client, (readings = new Map()));
    let reading = readings.get(partition);
    if (reading === undefined) {
      readings.set(partition, (reading = { next: null, start: null, isAssigned: false, isPaused: false }));
    }
    return reading;
  }

  #assigned({ client, partitions }: Assigned): void {
    if (client === undefined) return;
    for (const partition of partitions) {
      const reading = this.#of(client, partition);
      // What was another's meanwhile may have been read further.
      if (!reading.isAssigned) reading.next = null;
    }
    for (const [partition, reading] of this.#readings.get(client) ?? []) {
      reading.isAssigned = partitions.includes(partition);
      reading.isPaused = false; // A rebalance may forget it.
    }
  }

  #fetched(event: OffsetsFetched): void {
    if (event.client === undefined) return;
    // Without a commit a group begins at the start of the log, and nothing is deleted from these logs.
    this.#of(event.client, nameOf(event)).start = Math.max(0, event.offset);
  }

  #check({ client, record: { offset }, ...place }: Delivered): void {
    const partition = nameOf(place);
    const reading = this.#of(client, partition);
    const { next, start, isPaused } = reading;
    if (isPaused) throw new Violation(this, `"${client}" reads ${offset} of ${partition}, which is paused`);
    reading.next = offset + 1;
    if (offset === next) return;
    reading.start = null;
    if (offset === start) return;
    if (next === null) {
      const committed = start === null ? "it has not asked what is committed" : `${start} was committed`;
      throw new Violation(COMMITTED_IS_START, `"${client}" starts ${partition} at ${offset}, ${committed}`);
    }
    throw new Violation(this, `"${client}" reads ${offset} of ${partition}, after it ${next} was due`);
  }
}
